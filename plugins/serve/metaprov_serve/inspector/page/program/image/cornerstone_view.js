/** The image by Cornerstone3D, fed by metaprov. */

import { valueAt } from "../../metaprov.js";
import { element } from "../written/elements.js";

/** What the mouse may do, in the order of the buttons. */
export const TOOLS = [
  { name: "WindowLevel", label: "Window", key: "w" },
  { name: "Pan", label: "Pan", key: "p" },
  { name: "Zoom", label: "Zoom", key: "z" },
  { name: "Length", label: "Length", key: "l" },
];
/** One engine of all views: it has a WebGL context, of which browsers allow few a page. */
const ENGINE = "metaprov";
/** So many images are loaded at a time; of more, those asked for first are given up. */
const MOST_LOADING = 6;

/** @type {Promise<any> | undefined} */
let starting;
let views = 0;

/**
 * @param {HTMLElement} stage
 * @param {any} metaprov
 * @param {any} bundle The module `vendor/cornerstone.js`.
 */
export async function cornerstoneView(stage, metaprov, bundle) {
  starting ??= started(bundle);
  const engine = await starting;
  const box = element("div.view");
  stage.prepend(box);
  const name = `view${(views += 1)}`;
  engine.enableElement({ viewportId: name, element: box, type: bundle.Enums.ViewportType.STACK });
  return new CornerstoneView({ bundle, engine, metaprov, name, box, tools: toolsOf(bundle, name) });
}

async function started(bundle) {
  await bundle.init({ rendering: { webGlContextCount: 1 } });
  bundle.initTools();
  // Its cursors are images at blob: addresses, which the page's policy has not.
  bundle.Settings.getRuntimeSettings().set("useCursors", false);
  for (const { name } of TOOLS) bundle.addTool(bundle[`${name}Tool`]);
  return new bundle.RenderingEngine(ENGINE);
}

function toolsOf(bundle, view) {
  const { MouseBindings } = bundle.ToolEnums;
  const group = bundle.ToolGroupManager.createToolGroup(view);
  for (const { name } of TOOLS) group.addTool(name);
  group.addViewport(view, ENGINE);
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
  #engine;
  #metaprov;
  #name;
  #viewport;
  #resizes;
  #cursor;
  /** The images of the series, and all that were loaded. */
  #stack = [];
  #images = new Set();
  /** What gives up a load, by image; those asked for first are first. */
  #loading = new Map();
  /** How many images were asked for, and which of these is shown. */
  #asked = 0;
  #shown = 0;
  /** Failures that are told on the page. */
  #told = new WeakSet();

  constructor({ bundle, engine, metaprov, name, box, tools }) {
    super();
    this.#bundle = bundle;
    this.#engine = engine;
    this.#metaprov = metaprov;
    this.#name = name;
    this.#viewport = engine.getViewport(name);
    this.tools = tools;
    bundle.imageLoader.registerImageLoader(name, this.#loader());
    bundle.metaData.addProvider(this.#provider, 10000);
    // What is hidden has no size, and keeps the one that it had.
    this.#resizes = new ResizeObserver(() => box.clientWidth && box.clientHeight && engine.resize(true, true));
    this.#resizes.observe(box);
    const { Events } = bundle.Enums;
    for (const event of [Events.IMAGE_RENDERED, Events.VOI_MODIFIED, Events.CAMERA_MODIFIED]) {
      box.addEventListener(event, () => this.#tell("view"));
    }
    box.addEventListener(Events.IMAGE_RENDERED, () => this.#point());
    box.addEventListener("pointermove", (event) => this.#moved([event.offsetX, event.offsetY]));
    box.addEventListener("pointerleave", () => this.#moved(undefined));
    box.addEventListener("contextmenu", (event) => event.preventDefault());
    // Cornerstone's cache leaves the failure of a load unhandled, besides giving it to who asked.
    window.addEventListener("unhandledrejection", this.#unhandled);
  }

  /** Shows an image of a series; raises where it cannot be loaded. */
  async open(imageIds, index) {
    const stack = (this.#stack = imageIds.map((imageId) => `${this.#name}:${imageId}`));
    await this.#metaprov.prefetch(imageIds);
    if (this.#stack === stack) await this.show(index);
  }

  /** Shows an image when it is there, unless one that was asked for since already is. */
  async show(index) {
    const turn = (this.#asked += 1);
    const stack = this.#stack;
    await this.#loaded(stack[index]);
    if (turn < this.#shown) return;
    this.#shown = turn;
    if (this.#viewport.getImageIds() === stack) return void (await this.#viewport.setImageIdIndex(index));
    await this.#viewport.setStack(stack, index);
    this.#viewport.render();
  }

  /** Takes all of it out of the page and of Cornerstone. */
  close() {
    this.#resizes.disconnect();
    window.removeEventListener("unhandledrejection", this.#unhandled);
    for (const giveUp of this.#loading.values()) giveUp();
    const { cache, metaData, ToolGroupManager } = this.#bundle;
    ToolGroupManager.destroyToolGroup(this.#name);
    this.#engine.disableElement(this.#name);
    metaData.removeProvider(this.#provider);
    for (const imageId of this.#images) if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId);
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

  /**
   * Cornerstone knows images by the name of the view and their id: several views may show one image,
   * each of another kernel.
   */
  #idOf(imageId) {
    const own = `${this.#name}:`;
    return imageId.startsWith(own) ? imageId.slice(own.length) : undefined;
  }

  #provider = (type, imageId) => {
    const id = typeof imageId === "string" ? this.#idOf(imageId) : undefined;
    return id && this.#metaprov.provider(type, id);
  };

  #loader() {
    const load = this.#metaprov.imageLoader({ ...this.#bundle, metaData: { get: this.#metaprov.provider } });
    return (imageId, options) => {
      const { promise, cancelFn } = load(this.#idOf(imageId), options);
      this.#images.add(imageId);
      this.#loading.set(imageId, cancelFn);
      const loaded = promise.then((image) => ({ ...image, imageId })).finally(() => this.#loading.delete(imageId));
      return { promise: loaded, cancelFn };
    };
  }

  /** A stack tells of no failure itself. */
  async #loaded(imageId) {
    this.#makeRoom(imageId);
    try {
      await this.#bundle.imageLoader.loadAndCacheImage(imageId);
    } catch (error) {
      this.#told.add(error);
      throw error;
    }
  }

  #makeRoom(imageId) {
    if (this.#loading.size < MOST_LOADING) return;
    const [[first, giveUp]] = this.#loading;
    if (first !== imageId) giveUp();
  }

  #unhandled = (event) => this.#told.has(event.reason) && event.preventDefault();

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
