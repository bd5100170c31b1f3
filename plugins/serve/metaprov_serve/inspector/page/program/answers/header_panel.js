/** The header as it is, and a search in it. */

import { element, state } from "../written/elements.js";
import { count } from "../written/words.js";
import { UIDS } from "./meanings.js";
import { breakable } from "./typed.js";

/** More that is found than this is not drawn. */
const MOST = 300;
/** Longer values are cut. */
const LONGEST = 160;

let keywords;

function keywordsOf() {
  keywords ??= fetch(new URL("../../keywords.json", import.meta.url)).then((response) => response.json());
  return keywords;
}

/**
 * @param {import("../asked/api.js").Api} api
 * @param {import("../asked/selection.js").Selection} selection
 */
export function headerPanel(api, selection) {
  let text = "";
  const open = new Set();
  return async (panel, signal) => {
    const [header, named] = await Promise.all([api.asked("header", { id: selection.imageId }, { signal }), keywordsOf()]);
    signal.throwIfAborted();
    const { scrollTop } = panel;
    const typed = document.activeElement?.id === "find-attribute";
    const list = element("div.elements");
    const search = searchField(text);
    const draw = () => {
      text = search.field.value;
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const elements = elementsOf(header, named);
      list.replaceChildren(...(words.length ? found(elements, named, words) : elements.map((each) => line(each, named, open))));
      search.told.textContent = words.length ? "" : count(elements.length, "attribute");
    };
    search.field.addEventListener("input", draw);
    panel.replaceChildren(search.box, list);
    draw();
    panel.scrollTop = scrollTop;
    if (typed) search.field.focus();
  };
}

function searchField(text) {
  const attributes = { id: "find-attribute", type: "search", placeholder: "Keyword, tag or value", value: text };
  const field = element("input", { ...attributes, "aria-label": "Find in the header", autocomplete: "off", spellcheck: "false" });
  const told = element("span.told", { role: "status" });
  return { field, told, box: element("label.search", {}, field, element("kbd", { "aria-hidden": "true" }, "/"), told) };
}

/** The elements of a data set in DICOM JSON (PS3.18 F.2), by tag. */
function elementsOf(dataset, named, path = "") {
  return Object.keys(dataset)
    .sort()
    .map((tag) => ({ tag, path: `${path}/${tag}`, keyword: keywordOf(tag, named), ...dataset[tag] }));
}

function keywordOf(tag, named) {
  if (named[tag]) return named[tag];
  const group = Number.parseInt(tag.slice(0, 4), 16);
  if (group % 2) return "Private";
  if (tag.endsWith("0000")) return "GroupLength";
  return "Unknown";
}

function line(each, named, open) {
  if (each.vr !== "SQ") return element("div.element", {}, ...cells(each, valueOf(each)));
  const items = each.Value ?? [];
  const details = element("details", { open: open.has(each.path) }, element("summary.element", {}, ...cells(each, count(items.length, "item"))));
  const fill = () => {
    if (details.open === (details.childElementCount > 1)) return;
    if (!details.open) return details.lastChild.remove();
    details.append(element("ol", {}, ...items.map((item, place) => itemOf(item, place, each, named, open))));
  };
  details.addEventListener("toggle", () => {
    if (details.open) open.add(each.path);
    else open.delete(each.path);
    fill();
  });
  fill();
  return details;
}

function itemOf(item, place, { path }, named, open) {
  const lines = elementsOf(item, named, `${path}[${place}]`).map((each) => line(each, named, open));
  return element("li", {}, element("p.item", {}, `Item ${place + 1}`), ...lines);
}

function cells({ tag, keyword, vr }, value) {
  return [
    element(`span.keyword${keyword === "Private" || keyword === "Unknown" ? ".other" : ""}`, {}, ...breakable(keyword)),
    element("code.tag", {}, `(${tag.slice(0, 4)},${tag.slice(4)})`),
    element("code.vr", {}, vr),
    element("span.content", { title: value.length > 40 ? value : undefined }, value),
  ];
}

/** @returns {string} */
function valueOf({ vr, Value: values, BulkDataURI: uri, InlineBinary: base64 }) {
  if (uri !== undefined) return "not in the JSON: bulk data";
  if (base64 !== undefined) return count(Math.floor((base64.replace(/=+$/, "").length * 3) / 4), "byte");
  const texts = (values ?? []).map((value) => (value === null ? "" : vr === "PN" ? nameOf(value) : String(value)));
  const text = texts.join(" \\ ");
  const meant = texts.length === 1 && UIDS[text] ? `${text}  ${UIDS[text]}` : text;
  return meant.length > LONGEST ? `${meant.slice(0, LONGEST)}\u2026 ${texts.length > 1 ? `(${texts.length} values)` : ""}` : meant;
}

function nameOf(value) {
  return [value.Alphabetic, value.Ideographic, value.Phonetic].filter(Boolean).join(" = ");
}

/** What has all words in its keyword, tag or value, at any depth. */
function found(elements, named, words) {
  const hits = [];
  const look = (all, within) => {
    for (const each of all) {
      if (hits.length >= MOST) return;
      if (each.vr === "SQ") {
        if (matches(each, "", words)) hits.push({ each, value: count(each.Value?.length ?? 0, "item"), within });
        (each.Value ?? []).forEach((item, place) => look(elementsOf(item, named), [...within, `${each.keyword} ${place + 1}`]));
      } else {
        const value = valueOf(each);
        if (matches(each, value, words)) hits.push({ each, value, within });
      }
    }
  };
  look(elements, []);
  if (!hits.length) return [state("No attribute has that in its keyword, tag or value.")];
  return [
    element("p.item", {}, hits.length < MOST ? count(hits.length, "attribute") : `The first ${MOST} attributes`),
    ...hits.map(({ each, value, within }) =>
      element("div.element.hit", {}, ...cells(each, value), within.length > 0 && element("span.within", {}, `in ${within.join(" \u203a ")}`)),
    ),
  ];
}

function matches({ keyword, tag }, value, words) {
  const text = `${keyword} ${tag} (${tag.slice(0, 4)},${tag.slice(4)}) ${value}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
