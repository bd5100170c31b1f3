/** Which series is open, and which of its images is shown. */

import { latest } from "./api.js";
import { opened } from "./series.js";

/**
 * Tells of "opening" (a series of the catalogue), "series" (its images are known), "image" (another
 * one is shown) and "failed".
 */
export class Selection extends EventTarget {
  /** @type {Awaited<ReturnType<typeof opened>> | undefined} */
  current;
  /** The series that is open, or is being opened. */
  series;
  index = 0;
  #api;
  #latest = latest();

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    super();
    this.#api = api;
  }

  get imageId() {
    return this.current?.imageIds[this.index];
  }

  /** What the server says of the image that is shown. */
  get modules() {
    return this.current?.modules.get(this.imageId) ?? {};
  }

  /** Opens a series at its middle image. */
  async open(series) {
    if (this.series === series) return;
    this.series = series;
    this.#tell("opening", series);
    try {
      await this.#latest(async (signal) => {
        const current = await opened(this.#api, series, signal);
        signal.throwIfAborted();
        this.current = current;
        this.index = Math.floor((current.imageIds.length - 1) / 2);
        this.#tell("series");
        this.#tell("image");
      });
    } catch (error) {
      this.series = undefined;
      this.#tell("failed", error);
    }
  }

  /** Another image; places before the first and after the last are those. */
  show(index) {
    if (!this.current || this.current.series !== this.series) return;
    const last = this.current.imageIds.length - 1;
    const inside = Math.min(Math.max(index, 0), last);
    if (inside === this.index) return;
    this.index = inside;
    this.#tell("image");
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
