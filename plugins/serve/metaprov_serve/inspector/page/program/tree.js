/** The tree of studies, series and images, after the pattern of ARIA: one stop of the Tab key. */

import { isFound } from "./asked/catalogue.js";
import { byId, element } from "./written/elements.js";
import { modality } from "./written/modality.js";
import { count, date, fixed, name, seriesName, shortId } from "./written/words.js";

/**
 * Draws the tree into a list, and keeps it with what is selected.
 *
 * @param {HTMLElement} tree
 * @param {import("./asked/api.js").Api} api
 * @param {{studies: import("./asked/catalogue.js").Study[], unreadable: import("./asked/catalogue.js").Unreadable[]}} found
 * @param {import("./asked/selection.js").Selection} selection
 */
export function drawTree(tree, api, { studies, unreadable }, selection) {
  const items = new Map();
  tree.replaceChildren(...studies.map((study) => studyItem(study, api, selection, items)));
  if (unreadable.length) tree.append(unreadableItem(unreadable));
  tree.querySelector("[role=treeitem]")?.setAttribute("tabindex", "0");
  tree.addEventListener("keydown", (event) => move(tree, event));
  tree.addEventListener("focusin", ({ target }) => beStop(tree, target.closest("[role=treeitem]")));

  selection.addEventListener("opening", ({ detail: series }) => {
    for (const [each, item] of items) {
      item.setAttribute("aria-selected", String(each === series));
      if (each !== series) collapse(item);
    }
  });
  selection.addEventListener("series", () => expand(items.get(selection.current.series), selection));
  selection.addEventListener("image", () => mark(items.get(selection.current.series), selection));

  return {
    /** Shows what has all the words alone; gives how many series that are. */
    find(text) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      for (const [series, item] of items) item.hidden = !isFound(series, words);
      for (const study of tree.querySelectorAll(".study")) {
        study.hidden = !study.querySelector(":scope > ul > li:not([hidden])");
      }
      return [...items.values()].filter((item) => !item.hidden).length;
    },
    /** The series that are to be seen, in order. */
    series: () => [...items].filter(([, item]) => !item.hidden).map(([series]) => series),
  };
}

function treeItem(kind, level, label, row, attributes = {}) {
  const defaults = { role: "treeitem", "aria-level": level, "aria-label": label, tabindex: "-1" };
  return element(`li.${kind}`, { ...defaults, ...attributes }, row);
}

function studyItem(study, api, selection, items) {
  const who = name(study.patient.name) || study.patient.id || "No patient name";
  const what = [date(study.date), study.description].filter(Boolean).join(" \u00b7 ") || "Study without a date";
  const row = element("div.row", {}, element("strong", {}, who), element("span", { title: what }, what));
  const item = treeItem("study", 1, `${who}, ${what}`, row, { "aria-expanded": "true" });
  row.addEventListener("click", () => toggle(item));
  item.append(element("ul", { role: "group" }, ...study.series.map((series) => seriesItem(series, api, selection, items))));
  return item;
}

function seriesItem(series, api, selection, items) {
  const called = seriesName(series);
  const images = count(series.imageIds.length, "image");
  const number = series.description && series.number !== undefined ? `#${series.number}` : "";
  const row = element(
    "div.row",
    {},
    thumbnail(series, api),
    element(
      "div",
      {},
      element("span.called", { title: called }, called),
      element("span.about", {}, modality(series.modality), element("span", {}, [number, images].filter(Boolean).join(" \u00b7 "))),
    ),
  );
  const label = `${series.modality} ${called}, ${images}`;
  const item = treeItem("series", 2, label, row, { "aria-expanded": "false", "aria-selected": "false" });
  const open = () => selection.open(series);
  row.addEventListener("click", () => {
    toImage();
    if (item.getAttribute("aria-selected") === "true") toggle(item);
    else open();
  });
  item.opens = open;
  item.append(element("ul", { role: "group" }));
  items.set(series, item);
  return item;
}

/** Objects without pixels. */
const NO_PIXELS = new Set(["AU", "DOC", "ECG", "KO", "PLAN", "PR", "REG", "RTPLAN", "RTRECORD", "RTSTRUCT", "SR"]);

function thumbnail({ imageIds, modality: kind }, api) {
  const nothing = () => element("span", { "aria-hidden": "true" }, "\u2014");
  if (NO_PIXELS.has(kind)) return element("span.thumbnail", {}, nothing());
  const middle = imageIds[Math.floor((imageIds.length - 1) / 2)];
  const img = element("img", { src: api.address("thumbnail", { id: middle, size: 96 }), alt: "", loading: "lazy" });
  const box = element("span.thumbnail", {}, img);
  img.addEventListener("error", () => box.replaceChildren(nothing()));
  return box;
}

function imageItem(imageId, index, selection) {
  const { generalImageModule: image = {} } = selection.current.modules.get(imageId) ?? {};
  const place = placeOf(imageId, selection.current.volumes);
  const frame = /[?&]frame=(\d+)/.exec(imageId)?.[1];
  const number = frame ?? image.instanceNumber ?? index + 1;
  const row = element(
    "div.row.numbers",
    { title: imageId },
    element("span", {}, `${frame ? "Frame " : ""}${number}`),
    element("span", {}, place === undefined ? shortId(imageId) : `${fixed(place)} mm`),
  );
  const item = treeItem("image", 3, `Image ${index + 1}`, row, { "aria-selected": "false" });
  item.opens = () => selection.show(index);
  row.addEventListener("click", () => {
    toImage();
    item.opens();
  });
  return item;
}

/** Who clicks goes on in the image, by its arrow keys. */
function toImage() {
  byId("stage").focus();
}

/** Its position along the normal. */
function placeOf(imageId, volumes) {
  for (const { imageIds, distances } of volumes) {
    const at = imageIds.indexOf(imageId);
    if (at >= 0 && imageIds.length === distances.length) return distances[at];
  }
  return undefined;
}

function unreadableItem(unreadable) {
  const title = `${count(unreadable.length, "file")} could not be read`;
  const item = treeItem("unreadable", 1, title, element("div.row", {}, title), { "aria-expanded": "false" });
  item.firstChild.addEventListener("click", () => toggle(item));
  const rows = unreadable.map(({ imageId, message }) => {
    const row = element("div.row", {}, element("span", { title: imageId }, shortId(imageId)), element("small", {}, message));
    return treeItem("failed", 2, `${shortId(imageId)}: ${message}`, row);
  });
  item.append(element("ul", { role: "group" }, ...rows));
  return item;
}

function expand(item, selection) {
  const { imageIds } = selection.current;
  const images = imageIds.map((imageId, index) => imageItem(imageId, index, selection));
  item.lastChild.replaceChildren(...images);
  item.setAttribute("aria-expanded", "true");
  const list = item.lastChild;
  const chosen = images[selection.index];
  list.scrollTop = chosen.offsetTop - list.offsetTop - (list.clientHeight - chosen.clientHeight) / 2;
}

function collapse(item) {
  item.setAttribute("aria-expanded", "false");
}

function toggle(item) {
  item.setAttribute("aria-expanded", String(item.getAttribute("aria-expanded") !== "true"));
}

function mark(seriesItem, { index }) {
  const images = seriesItem.lastChild.children;
  for (const marked of seriesItem.lastChild.querySelectorAll("[aria-selected=true]")) {
    marked.setAttribute("aria-selected", "false");
  }
  images[index]?.setAttribute("aria-selected", "true");
  images[index]?.scrollIntoView({ block: "nearest" });
}

// The keyboard.

function beStop(tree, item) {
  for (const stop of tree.querySelectorAll('[tabindex="0"]')) stop.setAttribute("tabindex", "-1");
  item?.setAttribute("tabindex", "0");
}

function visible(tree) {
  return [...tree.querySelectorAll("[role=treeitem]")].filter((item) => item.firstChild.offsetParent !== null);
}

/** What each key does with the item that has the focus; true: the key is used. */
const KEYS = {
  ArrowDown: (tree, item) => step(tree, item, 1),
  ArrowUp: (tree, item) => step(tree, item, -1),
  Home: (tree) => focus(visible(tree)[0]),
  End: (tree) => focus(visible(tree).at(-1)),
  ArrowRight: (tree, item) => (item.getAttribute("aria-expanded") === "false" ? open(item) : step(tree, item, 1)),
  ArrowLeft: (tree, item) =>
    item.getAttribute("aria-expanded") === "true" ? toggle(item) : focus(item.parentElement.closest("[role=treeitem]")),
  Enter: (tree, item) => open(item),
  " ": (tree, item) => open(item),
};

function move(tree, event) {
  const item = event.target.closest("[role=treeitem]");
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  KEYS[event.key](tree, item);
  event.preventDefault();
  event.stopPropagation();
}

/** A series is shown; of all else what is below it is. */
function open(item) {
  const isOpen = item.getAttribute("aria-selected") === "true";
  if (item.opens && !isOpen) item.opens();
  else if (item.hasAttribute("aria-expanded")) toggle(item);
}

function step(tree, item, by) {
  const all = visible(tree);
  focus(all[all.indexOf(item) + by]);
}

/** Images are shown as the focus comes to them. */
function focus(item) {
  item?.focus();
  if (item?.classList.contains("image")) item.opens();
}
