/** Questions to the server of the page. */

/** Ids of one request. */
const BATCH = 1000;

const API = new URL("../api/", import.meta.url);

/** Where an answer is, for an `<img>` too; what is undefined is left out. */
export function address(question, parameters = {}) {
  const url = new URL(question, API);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/** The JSON that is answered; an error with the server's words where it is none. */
export async function asked(question, parameters, request = {}) {
  const response = await fetch(address(question, parameters), request);
  if (response.ok) return response.json();
  const said = await response.json().catch(() => ({}));
  throw new Error(said.error ?? `The server answered ${response.status} ${response.statusText}`);
}

/**
 * Rows of `{imageId, metadata, errors}`, in the order of the ids.
 *
 * @param {string[]} imageIds
 * @param {string[]} types
 * @param {{signal?: AbortSignal, told?: (done: number) => void}} [options]
 */
export async function metadata(imageIds, types, { signal, told } = {}) {
  const rows = [];
  for (let start = 0; start < imageIds.length; start += BATCH) {
    const body = JSON.stringify({ imageIds: imageIds.slice(start, start + BATCH), types });
    const headers = { "Content-Type": "application/json" };
    rows.push(...(await asked("metadata", {}, { method: "POST", headers, body, signal })));
    told?.(rows.length);
  }
  return rows;
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
