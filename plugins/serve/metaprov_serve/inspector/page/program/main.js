/** Puts the parts of the page together. */

import { createMetaprov } from "../metaprov.js";
import { answeredPanel } from "./answered_panel.js";
import { catalogue } from "./catalogue.js";
import { cornerstoneView } from "./cornerstone_view.js";
import { byId, element } from "./elements.js";
import { headerPanel } from "./header_panel.js";
import { imageArea } from "./image.js";
import { keyboard } from "./keyboard.js";
import { modulesPanel } from "./modules_panel.js";
import { PictureView } from "./picture_view.js";
import { Selection } from "./selection.js";
import { slices } from "./slices.js";
import { suvPanel } from "./suv_panel.js";
import { tabs } from "./tabs.js";
import { drawTree } from "./tree.js";
import { count } from "./words.js";

const BUNDLE = "../vendor/cornerstone.js";

/** The view by Cornerstone; without its bundle, or where it cannot start, by pictures. */
async function viewOf(stage, metaprov) {
  let bundle;
  try {
    bundle = await import(BUNDLE);
  } catch {
    missing("Cornerstone3D is not built here: images are the server's pictures. ", "make serve-assets", " adds window, zoom and lengths.");
    return new PictureView(stage, metaprov);
  }
  try {
    return await cornerstoneView(stage, metaprov, bundle);
  } catch (error) {
    missing(`Cornerstone3D does not start (${error.message}): images are the server's pictures.`);
    return new PictureView(stage, metaprov);
  }
}

function missing(text, command, after = "") {
  byId("missing").replaceChildren(text, ...(command ? [element("code", {}, command)] : []), after);
  byId("missing").hidden = false;
}

/** The tree, once it is known what there is. */
async function fillCatalogue(selection) {
  const said = byId("catalogue-state");
  said.classList.add("waiting");
  try {
    const told = (done, total) => (said.textContent = `${done.toLocaleString("en")} of ${count(total, "image")}`);
    const found = await catalogue(told);
    said.classList.remove("waiting");
    if (!found.studies.length && !found.unreadable.length) {
      said.replaceChildren(element("strong", {}, "No images"), "There is none in what the server was started with.");
      return [];
    }
    return shownTree(found, selection, said);
  } catch (error) {
    said.className = "state failed";
    said.replaceChildren(element("strong", {}, "The images cannot be listed"), error.message);
    return [];
  }
}

function shownTree(found, selection, said) {
  const tree = drawTree(byId("tree"), found, selection);
  said.hidden = true;
  byId("tree").hidden = false;
  byId("find").addEventListener("input", ({ target }) => {
    const left = tree.find(target.value);
    said.textContent = left ? "" : "No series has that in its name, modality, patient or UID.";
    said.hidden = left > 0;
  });
  return tree;
}

async function start() {
  const selection = new Selection();
  const metaprov = createMetaprov();
  const answered = answeredPanel(selection);
  const ask = (type) => {
    answered.of(type);
    right.choose("answered");
  };
  const panels = {
    modules: modulesPanel(selection, ask),
    answered: answered.draw,
    header: headerPanel(selection),
    suv: suvPanel(selection),
  };
  const right = tabs(panels, selection);
  slices(byId("slices"), selection);
  const [view, tree] = await Promise.all([viewOf(byId("stage"), metaprov), fillCatalogue(selection)]);
  const { choose } = imageArea(view, selection);
  const series = () => tree.series?.() ?? [];
  keyboard({ selection, tabs: right, series, view, chooseTool: choose });
  const [first] = series();
  if (first) await selection.open(first);
  document.documentElement.dataset.ready = "";
}

start();
