/** The tabs on the right: only the one that is seen asks the server. */

import { latest } from "../asked/api.js";
import { byId, state } from "../written/elements.js";

/** From one image to the next while scrolling, nothing is asked. */
const CALM = 120;

/**
 * @param {Record<string, (panel: HTMLElement, signal: AbortSignal) => Promise<void>>} panels By the name of the tab.
 * @param {import("../asked/selection.js").Selection} selection
 */
export function tabs(panels, selection) {
  const names = Object.keys(panels);
  const tab = (name) => byId(`tab-${name}`);
  const panel = (name) => byId(`panel-${name}`);
  const run = latest();
  let chosen = names[0];
  let timer;

  const draw = () => {
    const name = chosen;
    if (!selection.imageId) return panel(name).replaceChildren(state("Nothing is chosen yet."));
    return run((signal) => panels[name](panel(name), signal)).catch((error) => {
      panel(name).replaceChildren(state(error.message, { strong: "This cannot be told", kind: "failed" }));
    });
  };
  const choose = (name) => {
    chosen = name;
    for (const each of names) {
      const isChosen = each === name;
      tab(each).setAttribute("aria-selected", String(isChosen));
      tab(each).tabIndex = isChosen ? 0 : -1;
      panel(each).hidden = !isChosen;
    }
    draw();
  };
  for (const name of names) tab(name).addEventListener("click", () => choose(name));
  tab(names[0]).parentElement.addEventListener("keydown", (event) => {
    const place = names.indexOf(chosen);
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    choose(names.at(to % names.length));
    tab(chosen).focus();
    event.preventDefault();
    event.stopPropagation();
  });
  selection.addEventListener("image", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, CALM);
  });
  draw();
  return { choose, names, chosen: () => chosen };
}
