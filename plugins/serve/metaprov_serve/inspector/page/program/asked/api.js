/** Questions to the server of the page, or to a kernel. */

/** Ids of one request. */
const BATCH = 1000;

export class Api {
  #url;
  #fetch;

  /**
   * @param {object} [options]
   * @param {string} [options.url] Where the API is; by default that of the page's server.
   * @param {typeof globalThis.fetch} [options.fetch] Another way there than the browser's.
   */
  constructor({ url = new URL("../../api/", import.meta.url).href, fetch = globalThis.fetch.bind(globalThis) } = {}) {
    this.#url = url;
    this.#fetch = fetch;
  }

  /** Where an answer is, for an `<img>` too; what is undefined is left out. */
  address(question, parameters = {}) {
    const url = new URL(question, this.#url);
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  /** The JSON that is answered; an error with the server's words where it is none. */
  async asked(question, parameters, request = {}) {
    return (await this.#answered(question, parameters, request)).json();
  }

  /** A picture that is answered. */
  async picture(question, parameters) {
    return createImageBitmap(await (await this.#answered(question, parameters, {})).blob());
  }

  /**
   * Rows of `{imageId, metadata, errors}`, in the order of the ids.
   *
   * @param {string[]} imageIds
   * @param {string[]} types
   * @param {{signal?: AbortSignal, told?: (done: number) => void}} [options]
   */
  async metadata(imageIds, types, { signal, told } = {}) {
    const rows = [];
    for (let start = 0; start < imageIds.length; start += BATCH) {
      const body = JSON.stringify({ imageIds: imageIds.slice(start, start + BATCH), types });
      const headers = { "Content-Type": "application/json" };
      rows.push(...(await this.asked("metadata", {}, { method: "POST", headers, body, signal })));
      told?.(rows.length);
    }
    return rows;
  }

  async #answered(question, parameters, request) {
    const response = await this.#fetch(this.address(question, parameters), request);
    if (response.ok) return response;
    const said = await response.json().catch(() => ({}));
    throw new Error(said.error ?? `The server answered ${response.status} ${response.statusText}`);
  }
}

/**
 * Runs the latest of several works alone: what was begun before is ended.
 *
 * @returns {(work: (signal: AbortSignal) => Promise<void>) => Promise<void>}
 */
export function latest() {
  let running = new AbortController();
  return async (work) => {
    running.abort();
    const own = (running = new AbortController());
    try {
      await work(own.signal);
    } catch (error) {
      if (!own.signal.aborted) throw error;
    }
  };
}
