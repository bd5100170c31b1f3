/** The image by Cornerstone3D, fed by metaprov. */

import { valueAt } from "../metaprov.js";
import { element } from "./elements.js";

/** What the mouse may do, in the order of the buttons. */
export const TOOLS = [
  { name: "WindowLevel", label: "Window", key: "w" },
  { name: "Pan", label: "Pan", key: "p" },
  { name: "Zoom", label: "Zoom", key: "z" },
  { name: "Length", label: "Length", key: "l" },
];
const GROUP = "inspector";

/**
 * @param {HTMLElement} stage
 * @param {any} metaprov
 * @param {any} bundle The module `vendor/cornerstone.js`.
 */
export async function cornerstoneView(stage, metaprov, bundle) {
  await bundle.init();
  bundle.initTools();
  // Its cursors are images at blob: addresses, which the page's policy has not.
  bundle.Settings.getRuntimeSettings().set("useCursors", false);
  bundle.metaData.addProvider(metaprov.provider, 10000);
  const box = element("div.view");
  stage.prepend(box);
  const engine = new bundle.RenderingEngine(GROUP);
  engine.enableElement({ viewportId: GROUP, element: box, type: bundle.Enums.ViewportType.STACK });
  const viewport = engine.getViewport(GROUP);
  new ResizeObserver(() => engine.resize(true, true)).observe(box);
  return new CornerstoneView({ bundle, metaprov, viewport, box, tools: toolsOf(bundle) });
}

function toolsOf(bundle) {
  const { MouseBindings } = bundle.ToolEnums;
  const group = bundle.ToolGroupManager.createToolGroup(GROUP);
  for (const { name } of TOOLS) {
    bundle.addTool(bundle[`${name}Tool`]);
    group.addTool(name);
  }
  group.addViewport(GROUP, GROUP);
  const fixed = { Zoom: MouseBindings.Secondary, Pan: MouseBindings.Auxiliary };
  return {
    /** The tool of the left button; zoom and pan keep a button of their own. */
    choose(chosen) {
      for (const { name } of TOOLS) {
        const bindings = [name === chosen && MouseBindings.Primary, fixed[name]].filter(Boolean);
        if (bindings.length) group.setToolActive(name, { bindings: bindings.map((mouseButton) => ({ mouseButton })) });
        else group.setToolPassive(name);
      }
    },
  };
}

class CornerstoneView extends EventTarget {
  #bundle;
  #metaprov;
  #viewport;
  #schemes = new Set();
  #cursor;
  /** Failures that are told on the page. */
  #told = new WeakSet();

  constructor({ bundle, metaprov, viewport, box, tools }) {
    super();
    this.#bundle = bundle;
    this.#metaprov = metaprov;
    this.#viewport = viewport;
    this.tools = tools;
    const { Events } = bundle.Enums;
    for (const event of [Events.IMAGE_RENDERED, Events.VOI_MODIFIED, Events.CAMERA_MODIFIED]) {
      box.addEventListener(event, () => this.#tell("view"));
    }
    box.addEventListener(Events.IMAGE_RENDERED, () => this.#point());
    box.addEventListener("pointermove", (event) => this.#moved([event.offsetX, event.offsetY]));
    box.addEventListener("pointerleave", () => this.#moved(undefined));
    box.addEventListener("contextmenu", (event) => event.preventDefault());
    // Cornerstone's cache leaves the failure of a load unhandled, besides giving it to who asked.
    window.addEventListener("unhandledrejection", (event) => this.#told.has(event.reason) && event.preventDefault());
  }

  /** Shows an image of a series; raises where it cannot be loaded. */
  async open(imageIds, index) {
    this.#register(imageIds);
    await this.#metaprov.prefetch(imageIds);
    await this.#loaded(imageIds[index]);
    await this.#viewport.setStack(imageIds, index);
    this.#viewport.render();
  }

  async show(index) {
    await this.#loaded(this.#viewport.getImageIds()[index]);
    await this.#viewport.setImageIdIndex(index);
  }

  /** Window, zoom and place as at first. */
  reset() {
    this.#viewport.resetProperties();
    this.#viewport.resetCamera();
    this.#viewport.render();
  }

  /** Its edges, in the unit of the pixels, and center and width as headers have them; of colours none. */
  get window() {
    const { voiRange, VOILUTFunction } = this.#viewport.getProperties();
    if (!voiRange || this.#viewport.getCornerstoneImage()?.color) return undefined;
    const { lower, upper } = voiRange;
    const { windowCenter, windowWidth } = this.#bundle.utilities.windowLevel.toWindowLevel(lower, upper, VOILUTFunction);
    return { lower, upper, center: windowCenter, width: windowWidth };
  }

  /** To the right and down on the screen, in LPS. */
  get axes() {
    const { viewUp: up, viewPlaneNormal: normal } = this.#viewport.getCamera();
    const right = [0, 1, 2].map((axis) => {
      const [next, last] = [(axis + 1) % 3, (axis + 2) % 3];
      return up[next] * normal[last] - up[last] * normal[next];
    });
    return { right, down: up.map((part) => -part) };
  }

  #register(imageIds) {
    for (const scheme of new Set(imageIds.map((imageId) => imageId.split(":")[0]))) {
      if (this.#schemes.has(scheme)) continue;
      this.#bundle.imageLoader.registerImageLoader(scheme, this.#metaprov.imageLoader(this.#bundle));
      this.#schemes.add(scheme);
    }
  }

  /** A stack tells of no failure itself. */
  async #loaded(imageId) {
    try {
      await this.#bundle.imageLoader.loadAndCacheImage(imageId);
    } catch (error) {
      this.#told.add(error);
      throw error;
    }
  }

  #moved(canvasPoint) {
    this.#cursor = canvasPoint;
    this.#point();
  }

  #point() {
    const found = this.#cursor && valueAt(this.#viewport, this.#cursor);
    this.#tell("point", found && { world: found.world, column: found.index[0], row: found.index[1], value: found.value });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
