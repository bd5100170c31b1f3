/** Keys of the whole page; fields, lists and what has keys of its own keep theirs. */

import { imageKeys } from "./image/keys.js";

const OWN_KEYS = "input, select, textarea, dialog, [role=tablist], [role=radiogroup], [contenteditable]";
/** What scrolls by its arrow keys. */
const SCROLLS = "[role=tabpanel]";

/**
 * @param {object} page
 * @param {import("./asked/selection.js").Selection} page.selection
 * @param {{choose: (name: string) => void, names: string[], chosen: () => string}} page.tabs
 * @param {() => any[]} page.series Those that are to be seen.
 * @param {any} page.view
 * @param {(key: string) => boolean} page.chooseTool
 */
export function keyboard({ selection, tabs, series, view, chooseTool }) {
  const help = document.getElementById("help");
  const neighbour = (by) => () => {
    const all = series();
    const next = all[all.indexOf(selection.series) + by];
    if (next) selection.open(next);
  };
  const places = imageKeys(selection);
  const keys = {
    "[": neighbour(-1),
    "]": neighbour(1),
    "/": () => document.getElementById(tabs.chosen() === "header" && inAnswers() ? "find-attribute" : "find").focus(),
    "?": () => help.showModal(),
    r: () => view.reset(),
    ...Object.fromEntries(tabs.names.map((name, place) => [String(place + 1), () => tabs.choose(name)])),
  };
  document.getElementById("help-button").addEventListener("click", () => help.showModal());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target.matches("input[type=search]")) return leave(event.target);
    if (event.target.closest(OWN_KEYS)) return;
    const act = keys[event.key] ?? (event.target.closest(SCROLLS) ? undefined : places[event.key]);
    if (act) act();
    else if (!chooseTool(event.key)) return;
    event.preventDefault();
  });
}

function inAnswers() {
  return document.activeElement?.closest("#answers") !== null;
}

/** First the text goes, then the focus. */
function leave(field) {
  if (field.value) {
    field.value = "";
    field.dispatchEvent(new Event("input"));
  } else {
    document.getElementById("stage").focus();
  }
}
