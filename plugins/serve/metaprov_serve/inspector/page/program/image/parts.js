/** The elements of the image: what is said above it, itself, and what lies under the cursor. */

import { element } from "../written/elements.js";

/** @param {string} said In the place of the image, at first. */
export function imageParts(said) {
  const parts = {
    title: element("h2", { id: "image-title" }, "No series chosen"),
    facts: element("p", { id: "image-facts" }),
    tools: element("div", { id: "tools", role: "radiogroup", "aria-label": "What the mouse does", hidden: true }),
    /** In the place of the image. */
    state: element("p.state", { id: "stage-state" }, said),
    /** What the view lacks. */
    missing: element("p.notice", { id: "missing", role: "note", hidden: true }),
    readout: element("dl", { id: "readout", "aria-label": "Under the cursor" }),
    slices: element("section", { id: "slices", "aria-label": "Positions of the slices", hidden: true }),
  };
  const label = "Image: arrow keys go through the series";
  const stage = element("div", { id: "stage", tabindex: 0, role: "application", "aria-label": label, "aria-describedby": "place" }, parts.state);
  const head = element("header", { id: "image-head" }, element("div", {}, parts.title, parts.facts), parts.tools);
  return { ...parts, stage, all: [head, stage, parts.missing, parts.readout, parts.slices] };
}
