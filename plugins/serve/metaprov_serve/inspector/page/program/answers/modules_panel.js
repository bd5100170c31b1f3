/** Every answer about the image, type by type. */

import { element, state } from "../written/elements.js";
import { count, title } from "../written/words.js";
import { isSaid, notes, shown, table } from "./typed.js";

/** Pixels, whole headers and lists of ids: not to be read in a table. */
const NOT_HERE = new Set(["baseImageId", "dataset", "frameImageIds", "framePixelData", "instance", "seriesImageIds", "seriesVolumes"]);
/** What is read first; all else follows by name. */
const FIRST = [
  "patientModule",
  "patientStudyModule",
  "generalStudyModule",
  "generalSeriesModule",
  "generalImageModule",
  "imagePlaneModule",
  "imagePixelModule",
  "modalityLutModule",
  "voiLutModule",
  "scalingModule",
];
/** What is open at first. */
const OPEN = ["imagePlaneModule", "imagePixelModule", "modalityLutModule", "scalingModule", "voiLutModule"];

let types;

/** The types that the plugins of the server serve. */
export function servedTypes(api) {
  types ??= api.asked("types").then((rows) => rows.map(({ type }) => type));
  return types;
}

/**
 * @param {import("../asked/api.js").Api} api
 * @param {import("../asked/selection.js").Selection} selection
 * @param {(type: string) => void} ask Shows who answered for a type.
 */
export function modulesPanel(api, selection, ask) {
  const open = new Set(OPEN);
  return async (panel, signal) => {
    const wanted = (await servedTypes(api)).filter((type) => !NOT_HERE.has(type));
    const [row] = await api.metadata([selection.imageId], wanted, { signal });
    signal.throwIfAborted();
    const { scrollTop } = panel;
    const silent = wanted.filter((type) => !(type in row.metadata) && !(type in row.errors));
    panel.replaceChildren(
      ...Object.entries(row.errors).map(([type, error]) => failed(type, error, ask)),
      ...Object.entries(row.metadata).sort(byType).map(([type, answer]) => answered(type, answer, open, ask)),
      silent.length > 0 && unanswered(silent, ask),
    );
    if (!panel.childElementCount) panel.replaceChildren(state("Nobody answers anything about this image."));
    panel.scrollTop = scrollTop;
  };
}

function byType([one], [other]) {
  const place = (type) => (FIRST.includes(type) ? FIRST.indexOf(type) : FIRST.length);
  return place(one) - place(other) || one.localeCompare(other);
}

function answered(type, answer, open, ask) {
  const isObject = typeof answer === "object" && !Array.isArray(answer);
  const body = isObject ? table(answer, ["notes"]) : element("p.whole", {}, shown(answer, type));
  const details = element(
    "details.module",
    { open: open.has(type) },
    element("summary", {}, element("h3", {}, title(type)), element("span.about", {}, about(answer, isObject))),
    isObject && isSaid(answer.notes) && notes(answer.notes),
    body,
    element("p.source", {}, element("code", {}, type), who(type, ask)),
  );
  details.addEventListener("toggle", () => (details.open ? open.add(type) : open.delete(type)));
  return details;
}

/** In the closed line: the value itself, or how many fields have one. */
function about(answer, isObject) {
  if (!isObject) return typeof answer === "string" ? answer : count(Object.keys(answer).length, "entry", "entries");
  const said = Object.entries(answer).filter(([field, value]) => field !== "notes" && isSaid(value));
  return count(said.length, "field");
}

function who(type, ask) {
  return element("button.link", { type: "button", onclick: () => ask(type) }, "Who answered?");
}

function failed(type, { error, message }, ask) {
  return element(
    "div.module.failed",
    {},
    element("h3", {}, title(type)),
    element("p", { role: "alert" }, element("strong", {}, error), " ", message),
    element("p.source", {}, element("code", {}, type), who(type, ask)),
  );
}

function unanswered(silent, ask) {
  const buttons = silent.map((type) => element("button.link.type", { type: "button", onclick: () => ask(type) }, title(type)));
  return element("div.silent", {}, element("h3", {}, "No answer"), element("p", {}, ...buttons));
}
