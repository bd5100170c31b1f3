/** The image, what is said of it, and what the mouse does. */

import { element, state } from "../written/elements.js";
import { modality } from "../written/modality.js";
import { inUnits } from "../written/units.js";
import { count, figure, name, seriesName } from "../written/words.js";
import { TOOLS } from "./cornerstone_view.js";
import { edges } from "./directions.js";
import { readout } from "./readout.js";

/**
 * @param {ReturnType<typeof import("./parts.js").imageParts>} parts
 * @param {any} view Of Cornerstone, or the server's pictures.
 * @param {import("../asked/selection.js").Selection} selection
 */
export function imageArea(parts, view, selection) {
  const { stage } = parts;
  const shown = stageState(parts);
  const overlay = element("div.overlay", { "aria-hidden": "true" });
  stage.append(overlay);
  const tell = readout(parts.readout, selection);
  tell(undefined);

  const attempt = async (work) => {
    const imageId = selection.imageId;
    try {
      await work();
      if (imageId === selection.imageId) shown.image();
    } catch (error) {
      if (imageId === selection.imageId) shown.instead(state(reasonOf(error), { strong: "The image cannot be shown", kind: "failed" }));
    }
  };
  let isOpen = false;
  selection.addEventListener("opening", ({ detail: series }) => {
    isOpen = false;
    head(parts, series);
    shown.instead(state("Reading the series", { kind: "waiting" }));
  });
  selection.addEventListener("failed", ({ detail: error }) =>
    shown.instead(state(error.message, { strong: "The series cannot be read", kind: "failed" })),
  );
  selection.addEventListener("image", () => {
    head(parts, selection.current.series, selection);
    if (!selection.modules.imagePixelModule?.rows) {
      isOpen = false;
      return shown.instead(state("Its header is all there is.", { strong: "This object has no pixels" }));
    }
    const { imageIds } = selection.current;
    const index = selection.index;
    attempt(() => (isOpen ? view.show(index) : view.open(imageIds, index)));
    isOpen = true;
  });
  view.addEventListener("view", () => drawOverlay(overlay, view, selection));
  view.addEventListener("point", ({ detail }) => tell(detail));
  stage.addEventListener("wheel", wheel(selection), { passive: false });
  return { choose: toolButtons(parts.tools, view) };
}

/** The server's words, without the question before them. */
function reasonOf({ message }) {
  return message.replace(/^[a-z]+(\?\S+)?: \d{3} /, "");
}

/** The image, or what is said in its place. */
function stageState({ stage, state: place }) {
  return {
    image() {
      stage.classList.add("shown");
      place.hidden = true;
    },
    instead(said) {
      stage.classList.remove("shown");
      place.hidden = false;
      place.className = said.className;
      place.replaceChildren(...said.childNodes);
    },
  };
}

function head({ title, facts: line }, series, selection) {
  const called = seriesName(series);
  title.replaceChildren(modality(series.modality), element("span", {}, called));
  title.title = called;
  const facts = [name(series.study.patient.name), count(series.imageIds.length, "image"), ...(selection ? sizes(selection.modules) : [])];
  line.replaceChildren(facts.filter(Boolean).join(" \u00b7 "));
}

function sizes({ imagePixelModule: pixel = {}, imagePlaneModule: plane = {} }) {
  const { rowPixelSpacing: row, columnPixelSpacing: column, sliceThickness: thick } = plane;
  const spacing = row && column && (row === column ? `${figure(row, 4)} mm` : `${figure(row, 4)} \u00d7 ${figure(column, 4)} mm`);
  return [
    pixel.rows && `${pixel.columns} \u00d7 ${pixel.rows}`,
    spacing ? `pixels of ${spacing}` : pixel.rows && "no pixel spacing",
    thick && `${figure(thick, 4)} mm thick`,
  ];
}

/** The letters of the patient's directions at the edges, and the window. */
function drawOverlay(overlay, view, selection) {
  const { imagePlaneModule: plane = {} } = selection.modules;
  const letters = plane.imageOrientationPatient ? Object.entries(edges(view.axes.right, view.axes.down)) : [];
  const window = view.window;
  const shown = letters.map(([edge, letter]) => element(`span.${edge}`, {}, letter));
  if (window) shown.push(element("span.window.numbers", {}, windowText(window, selection)));
  overlay.replaceChildren(...shown);
}

/** SUV and dose by their edges: center and width have a step of one in them, which is much there. */
function windowText({ lower, upper, center, width }, { current: { series }, modules }) {
  const [{ unit }] = inUnits(0, series.modality, modules);
  if (["PT", "RTDOSE"].includes(series.modality)) return `${figure(lower, 3)} to ${figure(upper, 3)} ${unit}`;
  return `C ${figure(center, 4)}  W ${figure(width, 4)}`;
}

/** A notch of the wheel is an image, whatever the device sends. */
function wheel(selection) {
  const NOTCH = 60;
  let turned = 0;
  return (event) => {
    event.preventDefault();
    turned += event.deltaMode ? event.deltaY * NOTCH : event.deltaY;
    const steps = Math.trunc(turned / NOTCH);
    turned -= steps * NOTCH;
    if (steps) selection.show(selection.index + Math.sign(steps));
  };
}

/** Buttons of the mouse's tools; gives what chooses one by its key. */
function toolButtons(list, view) {
  if (!view.tools) return () => false;
  const buttons = TOOLS.map(({ name: tool, label, key }) =>
    element("button", { type: "button", role: "radio", title: `${label} (${key.toUpperCase()})`, "data-tool": tool, onclick: () => choose(tool) }, label),
  );
  const choose = (chosen) => {
    view.tools.choose(chosen);
    for (const button of buttons) {
      const isChosen = button.dataset.tool === chosen;
      button.setAttribute("aria-checked", String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
    }
  };
  list.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    const next = buttons.at((buttons.indexOf(document.activeElement) + by) % buttons.length);
    next.focus();
    next.click();
    event.stopPropagation();
  });
  list.replaceChildren(...buttons);
  list.hidden = false;
  choose("WindowLevel");
  return (pressed) => {
    const tool = TOOLS.find(({ key }) => key === pressed);
    if (tool) choose(tool.name);
    return Boolean(tool);
  };
}
