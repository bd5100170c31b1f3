/** Puts the parts of the page together. */

import { createMetaprov } from "../metaprov.js";
import { answeredPanel } from "./answers/answered_panel.js";
import { headerPanel } from "./answers/header_panel.js";
import { modulesPanel } from "./answers/modules_panel.js";
import { suvPanel } from "./answers/suv_panel.js";
import { tabs } from "./answers/tabs.js";
import { Api } from "./asked/api.js";
import { catalogue } from "./asked/catalogue.js";
import { Selection } from "./asked/selection.js";
import { imageArea } from "./image/image.js";
import { imageParts } from "./image/parts.js";
import { slices } from "./image/slices.js";
import { viewOf } from "./image/view_of.js";
import { keyboard } from "./keyboard.js";
import { drawTree } from "./tree.js";
import { byId, element } from "./written/elements.js";
import { count } from "./written/words.js";

const BUNDLE = "../vendor/cornerstone.js";

/** The tree, once it is known what there is. */
async function fillCatalogue(api, selection) {
  const said = byId("catalogue-state");
  said.classList.add("waiting");
  try {
    const told = (done, total) => (said.textContent = `${done.toLocaleString("en")} of ${count(total, "image")}`);
    const found = await catalogue(api, told);
    said.classList.remove("waiting");
    if (!found.studies.length && !found.unreadable.length) {
      said.replaceChildren(element("strong", {}, "No images"), "There is none in what the server was started with.");
      return [];
    }
    return shownTree(found, api, selection, said);
  } catch (error) {
    said.className = "state failed";
    said.replaceChildren(element("strong", {}, "The images cannot be listed"), error.message);
    return [];
  }
}

function shownTree(found, api, selection, said) {
  const tree = drawTree(byId("tree"), api, found, selection);
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
  const api = new Api();
  const selection = new Selection(api);
  const metaprov = createMetaprov();
  const answered = answeredPanel(api, selection);
  const ask = (type) => {
    answered.of(type);
    right.choose("answered");
  };
  const panels = {
    modules: modulesPanel(api, selection, ask),
    answered: answered.draw,
    header: headerPanel(api, selection),
    suv: suvPanel(api, selection),
  };
  const right = tabs(panels, selection);
  const parts = imageParts("Choose a series on the left");
  byId("image").append(...parts.all);
  slices(parts.slices, selection);
  const [view, tree] = await Promise.all([viewOf(parts, api, metaprov, () => import(BUNDLE)), fillCatalogue(api, selection)]);
  const { choose } = imageArea(parts, view, selection);
  const series = () => tree.series?.() ?? [];
  keyboard({ selection, tabs: right, series, view, chooseTool: choose });
  const [first] = series();
  if (first) await selection.open(first);
  document.documentElement.dataset.ready = "";
}

start();
