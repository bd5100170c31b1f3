/** The image in an output of a notebook: no tree and no panels, and the kernel in the place of the server. */

import { createMetaprov } from "../metaprov.js";
import { Api } from "./asked/api.js";
import { catalogue } from "./asked/catalogue.js";
import { Selection } from "./asked/selection.js";
import { imageArea } from "./image/image.js";
import { imageKeys } from "./image/keys.js";
import { imageParts } from "./image/parts.js";
import { slices } from "./image/slices.js";
import { viewOf } from "./image/view_of.js";
import { element, state } from "./written/elements.js";
import { count, seriesName } from "./written/words.js";

const STYLES = ["theme", "modality", "image", "notebook"];
/** What has keys of its own. */
const OWN_KEYS = "select, [role=radiogroup]";

/**
 * Shows what the kernel has in an element; gives what ends that.
 *
 * @param {HTMLElement} output
 * @param {object} kernel
 * @param {string} kernel.page Where it has the page, and the API below.
 * @param {typeof globalThis.fetch} kernel.fetch
 * @param {() => Promise<any>} kernel.bundle Imports the module `vendor/cornerstone.js`.
 * @returns {Promise<() => void>}
 */
export async function shown(output, { page, fetch, bundle }) {
  const url = new URL("api/", page).href;
  const api = new Api({ url, fetch });
  const metaprov = createMetaprov({ url, fetch });
  const selection = new Selection(api);
  const parts = imageParts("");
  const frame = element("div", { id: "image", role: "group", "aria-label": "Image" }, ...parts.all);
  const style = await styles(page, fetch);
  // Nothing of the notebook's styles comes in, and nothing goes out.
  output.attachShadow({ mode: "open" }).append(style, frame);
  slices(parts.slices, selection);

  const view = await viewOf(parts, api, metaprov, bundle);
  const { choose } = imageArea(parts, view, selection);
  keys(frame, selection, view, choose);
  await fill(parts, api, selection);
  return () => view.close();
}

async function styles(page, fetch) {
  const texts = STYLES.map(async (name) => (await fetch(new URL(`styles/${name}.css`, page).href)).text());
  return element("style", {}, (await Promise.all(texts)).join("\n"));
}

/** Opens the first series, and offers the others. */
async function fill(parts, api, selection) {
  try {
    const { studies, unreadable } = await catalogue(api, (done, total) => {
      parts.state.textContent = `${done.toLocaleString("en")} of ${count(total, "image")}`;
    });
    const series = studies.flatMap((study) => study.series);
    if (!series.length) throw new Error(unreadable[0].message);
    if (series.length > 1) offer(series, parts.title.parentElement, selection);
    await selection.open(series[0]);
  } catch (error) {
    parts.state.replaceWith(state(error.message, { strong: "The images cannot be read", kind: "failed" }));
  }
}

/** A list of the series, unseen over the name of the one that is shown. */
function offer(series, name, selection) {
  const options = series.map((each, place) =>
    element("option", { value: place }, `${each.modality} \u00b7 ${seriesName(each)} \u00b7 ${count(each.imageIds.length, "image")}`),
  );
  const select = element("select", { id: "series", "aria-label": "Series" }, ...options);
  select.addEventListener("change", () => selection.open(series[select.value]));
  name.classList.add("offered");
  name.append(select);
}

function keys(frame, selection, view, choose) {
  const acts = { ...imageKeys(selection), r: () => view.reset() };
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(OWN_KEYS)) return;
    if (acts[event.key]) acts[event.key]();
    else if (!choose(event.key)) return;
    event.preventDefault();
  });
}
