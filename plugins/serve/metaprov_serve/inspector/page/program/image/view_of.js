/** What shows the image: Cornerstone, or pictures where it is not there. */

import { element } from "../written/elements.js";
import { cornerstoneView } from "./cornerstone_view.js";
import { PictureView } from "./picture_view.js";

/**
 * @param {ReturnType<typeof import("./parts.js").imageParts>} parts
 * @param {import("../asked/api.js").Api} api
 * @param {any} metaprov
 * @param {() => Promise<any>} bundle Imports the module `vendor/cornerstone.js`.
 */
export async function viewOf({ stage, missing }, api, metaprov, bundle) {
  const pictures = (...told) => {
    missing.replaceChildren(...told);
    missing.hidden = false;
    return new PictureView(stage, api, metaprov);
  };
  let core;
  try {
    core = await bundle();
  } catch {
    const command = element("code", {}, "make serve-assets");
    return pictures("Cornerstone3D is not built here: images are the server's pictures. ", command, " adds window, zoom and lengths.");
  }
  try {
    return await cornerstoneView(stage, metaprov, core);
  } catch (error) {
    return pictures(`Cornerstone3D does not start (${error.message}): images are the server's pictures.`);
  }
}
