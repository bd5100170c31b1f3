/** What kind of images a series is. */

import { element } from "./elements.js";

/** The modality as a small sign, of a colour of its own. */
export function modality(text) {
  return element("span.modality", { "data-modality": text }, text || "?");
}
