/** A small Cornerstone3D program, fed by metaprov alone; the tests call `window.viewer`. */

import * as core from "@cornerstonejs/core";
import * as stock from "@cornerstonejs/dicom-image-loader";
import * as tools from "@cornerstonejs/tools";

import { createMetaprov, valueAt } from "../../javascript/metaprov.js";

const SCHEME = "dicomfile";
const { ViewportType, Events, OrientationAxis } = core.Enums;

const metaprov = createMetaprov({ url: `${location.origin}/metaprov/api` });
const element = document.querySelector("#viewport");

let engine;
let viewport;

async function start() {
  await core.init();
  await tools.init();
  stock.init({ maxWebWorkers: 1, wasmBasePath: "/bundle" });
  core.metaData.addProvider(metaprov.provider, 10000);
  core.imageLoader.registerImageLoader(SCHEME, metaprov.imageLoader(core));
  tools.addTool(tools.LengthTool);
  const group = tools.ToolGroupManager.createToolGroup("tools");
  group.addTool(tools.LengthTool.toolName);
  group.setToolActive(tools.LengthTool.toolName, { bindings: [{ mouseButton: tools.Enums.MouseBindings.Primary }] });
  engine = new core.RenderingEngine("engine");
}

/** With metaprov's answers, or with what the stock loader makes of the metadata alone. */
function feed(fed) {
  core.metaData.removeProvider(metaprov.provider);
  if (fed) core.metaData.addProvider(metaprov.provider, 10000);
}

/** The ids of the frames of a series over DICOMweb, its metadata given to the stock loader. */
async function overDicomweb(series) {
  const instances = await (await fetch(`${series}/metadata`)).json();
  const imageIds = instances.flatMap((instance) => {
    const [sopInstance] = instance["00080018"].Value;
    const frames = instance["00280008"]?.Value[0] ?? 1;
    const ids = Array.from({ length: frames }, (_, place) => {
      return `wadors:${series}/instances/${sopInstance}/frames/${place + 1}`;
    });
    // The manager writes into what it is given.
    for (const id of ids) stock.wadors.metaDataManager.add(id, structuredClone(instance));
    return ids;
  });
  await metaprov.prefetch(imageIds);
  return imageIds;
}

/** The pixels of a frame as the stock loader decodes them, and the transfer syntax they came in. */
async function decoded(imageId) {
  core.cache.purgeCache();
  const image = await core.imageLoader.loadAndCacheImage(imageId);
  return { values: [...image.getPixelData()], transferSyntax: image.transferSyntaxUID };
}

/** What comes first of a load: the image, or an error that nobody catches. */
async function settled(imageId) {
  core.cache.purgeCache();
  const uncaught = new Promise((resolve) => {
    const told = (event) => {
      event.preventDefault();
      resolve(String(event.reason));
    };
    window.addEventListener("unhandledrejection", told, { once: true });
  });
  const loaded = core.imageLoader.loadAndCacheImage(imageId).then(() => "loaded", String);
  return Promise.race([loaded, uncaught]);
}

/** The plane that Cornerstone is told of an image. */
function plane(imageId) {
  return core.metaData.get("imagePlaneModule", imageId);
}

/** An empty viewport of a size, the cache empty too: nothing is left of the test before. */
function empty(type, [width, height], options = {}) {
  tools.annotation.state.removeAllAnnotations();
  engine.disableElement("viewport");
  core.cache.purgeCache();
  Object.assign(element.style, { width: `${width}px`, height: `${height}px` });
  engine.enableElement({ viewportId: "viewport", element, type, defaultOptions: options });
  tools.ToolGroupManager.getToolGroup("tools").addViewport("viewport", "engine");
  viewport = engine.getViewport("viewport");
}

/** The pixels of the canvas that one mm takes. */
function zoom(pixelsPerMm) {
  viewport.setCamera({ parallelScale: element.clientHeight / 2 / pixelsPerMm });
}

/** Resolves when what was asked for is on the canvas. */
function rendered() {
  const done = new Promise((resolve) => element.addEventListener(Events.IMAGE_RENDERED, resolve, { once: true }));
  viewport.render();
  return done;
}

async function stack(imageIds, { size = [512, 512], pixelsPerMm, index = 0 } = {}) {
  await metaprov.prefetch(imageIds);
  empty(ViewportType.STACK, size);
  await viewport.setStack(imageIds, index);
  if (pixelsPerMm) zoom(pixelsPerMm);
  await rendered();
}

/** Another image of the stack. */
async function scroll(index) {
  await viewport.setImageIdIndex(index);
  await rendered();
}

async function volume(imageIds, { size = [512, 512], orientation = "AXIAL" } = {}) {
  await metaprov.prefetch(imageIds);
  empty(ViewportType.ORTHOGRAPHIC, size, { orientation: OrientationAxis[orientation] });
  const volumeId = "cornerstoneStreamingImageVolume:made";
  const made = await core.volumeLoader.createAndCacheVolume(volumeId, { imageIds });
  const loaded = new Promise((resolve) =>
    core.eventTarget.addEventListener(Events.IMAGE_VOLUME_LOADING_COMPLETED, resolve, { once: true }),
  );
  made.load();
  await loaded;
  await viewport.setVolumes([{ volumeId }]);
  await rendered();
}

/** Another slice of the volume: the one that a point of the patient is in. */
async function through(world) {
  const { focalPoint, position, viewPlaneNormal } = viewport.getCamera();
  const step = viewPlaneNormal.reduce((sum, part, axis) => sum + part * (world[axis] - focalPoint[axis]), 0);
  const moved = (point) => point.map((part, axis) => part + step * viewPlaneNormal[axis]);
  viewport.setCamera({ focalPoint: moved(focalPoint), position: moved(position) });
  await rendered();
}

/** What is under points of the canvas. */
function read(canvasPoints) {
  return canvasPoints.map((point) => valueAt(viewport, point) ?? null);
}

/** Where points of the patient are on the canvas. */
function onCanvas(worldPoints) {
  return worldPoints.map((point) => [...viewport.worldToCanvas(point)]);
}

/** Where points of the patient are in the page, for a mouse. */
function inPage(worldPoints) {
  const { left, top } = element.getBoundingClientRect();
  return onCanvas(worldPoints).map(([x, y]) => [left + x, top + y]);
}

/** What is shown at points of the canvas: red, green and blue. */
function shownAt(canvasPoints) {
  const canvas = viewport.getCanvas();
  const ratio = canvas.width / element.clientWidth;
  const context = canvas.getContext("2d");
  return canvasPoints.map(([x, y]) => [...context.getImageData(x * ratio, y * ratio, 1, 1).data.slice(0, 3)]);
}

/** The window that is shown, as its edges. */
function edges() {
  const { lower, upper } = viewport.getProperties().voiRange;
  return [lower, upper];
}

/** The function of the window that is shown. */
function voiFunction() {
  return viewport.getProperties().VOILUTFunction;
}

/** The length that was drawn last. */
function length() {
  const [annotation] = tools.annotation.state.getAllAnnotations().slice(-1);
  return Object.values(annotation.data.cachedStats)[0].length;
}

const loadErrors = [];
core.eventTarget.addEventListener(Events.IMAGE_LOAD_ERROR, ({ detail }) => loadErrors.push(String(detail.error)));

window.viewer = {
  decoded,
  edges,
  feed,
  inPage,
  length,
  onCanvas,
  overDicomweb,
  plane,
  read,
  scroll,
  settled,
  shownAt,
  stack,
  start,
  through,
  voiFunction,
  volume,
};
window.loadErrors = loadErrors;
