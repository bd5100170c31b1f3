/** The positions of slices along their normal; what is missing, or there twice, in red. */

import { drawn, element } from "../written/elements.js";
import { count, figure, fixed } from "../written/words.js";

const HEIGHT = 46;
const EDGE = 10;
/** Where ticks begin and end. */
const [TOP, BOTTOM] = [12, 30];

/**
 * @param {HTMLElement} section
 * @param {import("../asked/selection.js").Selection} selection
 */
export function slices(section, selection) {
  const head = element("header");
  const strip = drawn("svg", { height: HEIGHT, role: "slider", tabindex: 0, "aria-label": "Slice", "aria-orientation": "horizontal" });
  section.replaceChildren(head, strip);
  let track;

  const draw = () => {
    if (!selection.current) return;
    track = trackOf(selection);
    section.hidden = selection.current.imageIds.length < 2;
    head.replaceChildren(summary(track, selection), where(track, selection));
    drawStrip(strip, track, selection);
  };
  const pick = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const x = event.clientX - strip.getBoundingClientRect().left;
    selection.show(nearest(track, x, strip.clientWidth));
  };
  strip.addEventListener("pointerdown", (event) => {
    strip.setPointerCapture(event.pointerId);
    pick(event);
  });
  strip.addEventListener("pointermove", pick);
  strip.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) selection.show(selection.index + by);
  });
  selection.addEventListener("image", draw);
  new ResizeObserver(draw).observe(section);
}

/** The volume of the image that is shown, or the images one after the other. */
function trackOf({ current: { imageIds, volumes, reason, modules }, imageId }) {
  const indexOf = new Map(imageIds.map((id, index) => [id, index]));
  const volume = volumes.find((each) => each.imageIds.includes(imageId));
  if (!volume || volume.imageIds.length !== volume.distances.length) {
    const lost = volumes.length > 0 && !volume;
    return {
      ticks: imageIds.map((id, index) => ({ at: index, index, id })),
      reason: lost ? reasonOf(modules.get(imageId)) : reason,
      gaps: [],
      repeated: new Set(),
    };
  }
  const ticks = volume.imageIds.map((id, place) => ({ at: volume.distances[place], index: indexOf.get(id), id }));
  const gaps = volume.gaps.map(({ after, ...gap }) => {
    const start = volume.distances[volume.imageIds.lastIndexOf(after)];
    return { ...gap, start, end: start + gap.distance };
  });
  return { volume, ticks: ticks.filter(({ index }) => index !== undefined), gaps, repeated: new Set(volume.duplicates.flat()) };
}

function reasonOf({ imagePlaneModule: plane } = {}) {
  return plane?.imagePositionPatient ? "this image is in no volume" : "this image has no position";
}

function summary({ volume, gaps, ticks, reason }, { current }) {
  if (!volume) return element("p", {}, element("strong", {}, "No volume"), reason && element("span.reason", { title: reason }, reason));
  const step = volume.spacing[2];
  const parts = [count(volume.imageIds.length, "slice"), step ? `${figure(step, 4)} mm apart` : "no even distance"];
  if (volume.tiltDegrees > 0.01) parts.push(`tilted ${figure(volume.tiltDegrees, 3)}\u00b0`);
  const bad = defects(volume, gaps);
  const of = current.volumes.length > 1 && element("span", {}, called(volume, current.volumes));
  const all = element("strong", {}, parts.join(", "));
  const sign = bad ? element("span.bad", {}, bad) : element("span.good", {}, volume.regular ? "regular" : "not regular");
  return element("p", {}, of, all, ticks.length > 1 && sign);
}

/** Which of several volumes it is. */
function called({ group }, volumes) {
  if (!group) return `one of ${volumes.length} volumes`;
  const value = Array.isArray(group.value) ? group.value.join(", ") : (group.value ?? "none");
  return `${group.attribute} ${value} (${group.index + 1} of ${group.count})`;
}

/** "1 slice missing, 2 images at one position". */
function defects({ duplicates, offLattice }, gaps) {
  const missing = gaps.reduce((sum, gap) => sum + (gap.missing ?? 0), 0);
  const uneven = gaps.filter((gap) => !gap.missing).length;
  return [
    missing && `${count(missing, "slice")} missing`,
    uneven && count(uneven, "uneven distance"),
    duplicates.length && `${count(duplicates.flat().length, "image")} at ${count(duplicates.length, "position")}`,
    offLattice.length && `${count(offLattice.length, "image")} beside the lattice`,
  ]
    .filter(Boolean)
    .join(", ");
}

function where({ volume, ticks }, { index, current: { imageIds } }) {
  const tick = ticks.find((each) => each.index === index);
  const number = `${index + 1} / ${imageIds.length}`;
  return element("p.numbers", {}, volume && tick && element("span", {}, `${fixed(tick.at)} mm`), element("strong", {}, number));
}

/** From a position to the x of the strip. */
function scale({ ticks, gaps }, width) {
  const ends = [...ticks.map(({ at }) => at), ...gaps.flatMap(({ start, end }) => [start, end])];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const length = high - low || 1;
  const x = (at) => EDGE + ((at - low) / length) * (width - 2 * EDGE);
  return { x, low, high };
}

function nearest(track, x, width) {
  const { x: xOf } = scale(track, width);
  return track.ticks.reduce((best, tick) => (Math.abs(xOf(tick.at) - x) < Math.abs(xOf(best.at) - x) ? tick : best)).index;
}

function drawStrip(strip, track, { index, current: { imageIds } }) {
  const width = strip.clientWidth;
  const { x, low, high } = scale(track, width);
  const chosen = track.ticks.find((tick) => tick.index === index);
  strip.replaceChildren(
    drawn("line.axis", { x1: EDGE, x2: width - EDGE, y1: BOTTOM + 2, y2: BOTTOM + 2 }),
    ...track.gaps.map((gap) => gapMark(gap, x)),
    ...track.ticks.map((tick) => tickMark(tick, x, track)),
    ...(chosen ? [chosenMark(x(chosen.at))] : []),
    ...(track.volume ? [endLabel(EDGE, low, "start"), ...(high > low ? [endLabel(width - EDGE, high, "end")] : [])] : []),
  );
  const at = track.volume && chosen ? `, ${fixed(chosen.at)} mm` : "";
  const value = { min: 1, max: imageIds.length, now: index + 1, text: `${index + 1} of ${imageIds.length}${at}` };
  for (const [name, each] of Object.entries(value)) strip.setAttribute(`aria-value${name}`, each);
}

function gapMark({ start, end, missing, distance }, x) {
  const [left, right] = [x(start), x(end)];
  const what = missing ? `${count(missing, "slice")} missing` : `${figure(distance, 4)} mm`;
  const inset = Math.min(3, (right - left) / 4);
  const box = { x: left + inset, width: right - left - 2 * inset, y: TOP, height: BOTTOM - TOP + 2, rx: 2 };
  return drawn("g.gap", {}, drawn("title", {}, what), drawn("rect", box), label((left + right) / 2, TOP - 3, missing ? `\u2212${missing}` : "!"));
}

function tickMark({ at, id }, x, { repeated }) {
  const place = { x1: x(at), x2: x(at), y1: TOP + 4, y2: BOTTOM };
  if (!repeated.has(id)) return drawn("line.tick", place);
  const what = drawn("title", {}, "Several images at one position");
  return drawn("g.repeated", {}, what, drawn("line", { ...place, y1: TOP }), drawn("circle", { cx: x(at), cy: TOP - 3, r: 3 }));
}

function chosenMark(x) {
  return drawn("g.chosen", {}, drawn("line", { x1: x, x2: x, y1: TOP + 1, y2: BOTTOM + 2 }), drawn("circle", { cx: x, cy: BOTTOM + 2, r: 4 }));
}

function endLabel(x, at, anchor) {
  return drawn("text.end", { x, y: HEIGHT - 2, "text-anchor": anchor }, `${fixed(at)} mm`);
}

function label(x, y, text) {
  return drawn("text", { x, y, "text-anchor": "middle" }, text);
}
