/** The image as the server's picture, with the values of its frame: without Cornerstone. */

import { element } from "../written/elements.js";

/** As much of Cornerstone as metaprov's image loader asks for. */
function fewOf(provider) {
  return {
    metaData: { get: provider },
    utilities: {
      windowLevel: {
        toWindowLevel: (low, high) => ({ windowCenter: (low + high + 1) / 2, windowWidth: high - low + 1 }),
      },
      VoxelManager: { createImageVoxelManager: ({ scalarData }) => scalarData },
    },
  };
}

export class PictureView extends EventTarget {
  #picture = element("canvas.view.picture");
  #api;
  #metaprov;
  #load;
  #imageIds = [];
  #wanted;
  #image;
  #cursor;
  /** No tools: the picture is as the server made it. */
  tools = undefined;
  window = undefined;

  constructor(stage, api, metaprov) {
    super();
    this.#api = api;
    this.#metaprov = metaprov;
    this.#load = metaprov.imageLoader(fewOf(metaprov.provider));
    stage.prepend(this.#picture);
    stage.addEventListener("pointermove", (event) => this.#moved([event.clientX, event.clientY]));
    stage.addEventListener("pointerleave", () => this.#moved(undefined));
  }

  async open(imageIds, index) {
    this.#imageIds = imageIds;
    await this.show(index);
  }

  /** Changes the picture and its values together, when both are there. */
  async show(index) {
    const imageId = (this.#wanted = this.#imageIds[index]);
    const asked = this.#api.picture("rendered", { id: imageId });
    const [image, picture] = await Promise.all([this.#load(imageId).promise, asked]);
    if (this.#wanted !== imageId) return; // Another one was asked for since.
    Object.assign(this.#picture, { width: picture.width, height: picture.height });
    this.#picture.getContext("2d").drawImage(picture, 0, 0);
    this.#image = image;
    this.dispatchEvent(new Event("view"));
    this.#point();
  }

  reset() {}

  close() {}

  get axes() {
    const plane = this.#metaprov.provider("imagePlaneModule", this.#image.imageId);
    return { right: plane.rowCosines, down: plane.columnCosines };
  }

  #moved(point) {
    this.#cursor = point;
    this.#point();
  }

  #point() {
    const detail = this.#cursor && this.#image && this.#under(this.#cursor);
    this.dispatchEvent(new CustomEvent("point", { detail }));
  }

  /** What is under a point of the window. */
  #under([x, y]) {
    const { left, top, width, height } = shownPart(this.#picture);
    const { columns, rows, numberOfComponents: samples, imageId } = this.#image;
    const [column, row] = [((x - left) / width) * columns, ((y - top) / height) * rows].map(Math.floor);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return undefined;
    const at = (row * columns + column) * samples;
    const pixels = this.#image.getPixelData();
    const value = samples === 1 ? pixels[at] : [...pixels.subarray(at, at + samples)];
    return { column, row, value, world: worldOf(this.#metaprov.provider("imagePlaneModule", imageId), column, row) };
  }
}

/** Where `object-fit: contain` puts a picture. */
function shownPart(picture) {
  const box = picture.getBoundingClientRect();
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { width, height, left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2 };
}

/** The center of a pixel in the patient (PS3.3 C.7.6.2.1.1). */
function worldOf(plane, column, row) {
  return plane.imagePositionPatient.map(
    (start, axis) =>
      start +
      plane.rowCosines[axis] * plane.columnPixelSpacing * column +
      plane.columnCosines[axis] * plane.rowPixelSpacing * row,
  );
}
