/** The line under the image: where the cursor is, and what is there. */

import { element } from "../written/elements.js";
import { inUnits } from "../written/units.js";
import { figure, fixed } from "../written/words.js";

const NOTHING = "\u2013";

/**
 * @param {HTMLElement} list A `<dl>`.
 * @param {import("../asked/selection.js").Selection} selection
 * @returns {(point: {world: number[], column: number, row: number, value: number | number[]} | undefined) => void}
 */
export function readout(list, selection) {
  const place = element("dd.numbers", { id: "place" });
  const pixel = element("dd.numbers", { id: "pixel" });
  const value = element("dd.numbers", { id: "value" });
  list.replaceChildren(
    element("div", {}, element("dt", { title: "Towards the patient's left, back and head" }, "LPS"), place),
    element("div", {}, element("dt", { title: "Column and row, counted from 0" }, "i, j"), pixel),
    element("div", {}, element("dt", {}, "Value"), value),
  );
  return (point) => {
    const known = isPlaced(selection.modules);
    place.replaceChildren(...(point && known ? placeOf(point.world) : [point ? "not placed in a patient" : NOTHING]));
    pixel.replaceChildren(point ? `${point.column}, ${point.row}` : NOTHING);
    value.replaceChildren(...(point ? valuesOf(point.value, selection) : [NOTHING]));
  };
}

/** Without these a place would be one of Cornerstone's defaults. */
function isPlaced({ imagePlaneModule: plane = {} }) {
  return Boolean(plane.imagePositionPatient && plane.imageOrientationPatient);
}

function placeOf(world) {
  const parts = world.map((part) => element("data", { value: part }, fixed(part)));
  return [...parts, element("span.unit", {}, "mm")];
}

function valuesOf(value, selection) {
  if (typeof value !== "number") return [...value].slice(0, 3).map((each, place) => colour("RGB"[place], each));
  return inUnits(value, selection.current.series.modality, selection.modules).map((each, place) =>
    element(
      place ? "span.second" : "span",
      {},
      element("data", { value: each.value, "data-unit": each.unit }, figure(each.value)),
      each.unit && element("span.unit", {}, each.unit),
    ),
  );
}

function colour(letter, value) {
  return element("span", {}, element("data", { value }, String(value)), element("span.unit", {}, letter));
}
