/** Elements of the page, made in one expression. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name `"p"`, or with classes `"p.state.failed"`.
 * @param {Record<string, any>} [attributes] `on...`: a listener; undefined and false are left out.
 * @param {...(Node | string | number | undefined | false | null)} children
 * @returns {any}
 */
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  return filled(document.createElement(tag), classes, attributes, children);
}

/**
 * The same of SVG.
 *
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function drawn(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  return filled(document.createElementNS(SVG, tag), classes, attributes, children);
}

function filled(made, classes, attributes, children) {
  if (classes.length) made.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== false && child !== null));
  return made;
}

/** The element of the page with an id. */
export function byId(id) {
  return document.getElementById(id);
}

/** What stands in the place of what is not there; `waiting` and `failed` are classes of it. */
export function state(text, { strong, kind } = {}) {
  const attributes = kind === "failed" ? { role: "alert" } : {};
  return element(kind ? `p.state.${kind}` : "p.state", attributes, strong && element("strong", {}, strong), text);
}
