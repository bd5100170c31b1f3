/**
 * The widget in the browser: it asks the kernel for the program of the page, and hands it a `fetch`
 * whose requests go over the channel of the widget.
 */

/** Where the kernel has the page. No network leads there. */
const PAGE = "http://kernel/metaprov/";

/** Imports of a module by another one beside it. */
const BESIDE = /(\bfrom\s*|\bimport\s*)"(\.{1,2}\/[^"]+)"/g;

/** @param {{model: any, el: HTMLElement}} widget */
function render({ model, el }) {
  const ended = new AbortController();
  const fetch = fetchOver(model, ended.signal);
  ownKeys(el, ended.signal);
  el.textContent = "Waiting for the kernel";
  const shown = show(el, fetch, modulesOf(model.get("_release"), fetch));
  shown.catch((error) => (el.textContent = `The images cannot be shown: ${error.message}`));
  return () => {
    ended.abort();
    shown.then((close) => close(), () => {});
  };
}

/** @returns {Promise<() => void>} What takes it away again. */
async function show(el, fetch, modules) {
  const program = await modules("program/notebook.js");
  return program.shown(el, { page: PAGE, fetch, bundle: () => modules("vendor/cornerstone.js") });
}

/**
 * JupyterLab takes keys for its commands before the element that has the focus, unless that says
 * otherwise; Ctrl+S and Shift+Enter remain its own.
 */
function ownKeys(el, signal) {
  const say = ({ ctrlKey, metaKey, altKey, shiftKey }) =>
    el.toggleAttribute("data-lm-suppress-shortcuts", !(ctrlKey || metaKey || altKey || shiftKey));
  window.addEventListener("keydown", say, { capture: true, signal });
}

/**
 * A `fetch` by messages: `{id, request: {path, query, method, headers, body}}` goes out, `{id, status,
 * headers}` and the bytes of the answer come back; `{id}` says that nobody waits any more.
 */
function fetchOver(model, ended) {
  const waiting = new Map();
  const answered = ({ id, ...told }, [bytes]) => waiting.get(id)?.(responseOf(bytes, told));
  model.on("msg:custom", answered);
  ended.addEventListener("abort", () => model.off("msg:custom", answered));

  return function fetch(url, { method = "GET", headers = {}, body = "", signal } = {}) {
    const { pathname, search } = new URL(url);
    // Other views and windows hear the answers too.
    const id = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
    const over = AbortSignal.any(signal ? [ended, signal] : [ended]);
    return new Promise((resolve, reject) => {
      over.throwIfAborted();
      over.addEventListener("abort", () => {
        if (waiting.has(id)) model.send({ id });
        reject(over.reason);
      });
      waiting.set(id, resolve);
      const request = { path: decodeURIComponent(pathname), query: search.slice(1), method, body };
      model.send({ id, request: { ...request, headers: { "Accept-Encoding": "gzip", ...headers } } });
    }).finally(() => waiting.delete(id));
  };
}

function responseOf(bytes, { status, headers }) {
  const whole = new Response(bytes, { status, headers });
  if (headers["content-encoding"] !== "gzip") return whole;
  return new Response(whole.body.pipeThrough(new DecompressionStream("gzip")), { status, headers });
}

/**
 * Imports the modules of the page, each once: all outputs share them, and Cornerstone3D with its
 * context of WebGL.
 *
 * @param {string} release Of metaprov-serve: kernels may have several.
 * @param {typeof globalThis.fetch} fetch
 */
function modulesOf(release, fetch) {
  const places = (globalThis[Symbol.for(`metaprov-serve ${release}`)] ??= new Map());

  async function placeOf(url) {
    while (places.has(url)) {
      const others = places.get(url);
      try {
        return await others;
      } catch {
        // Whoever asked for it is gone, or their kernel is.
        if (places.get(url) === others) places.delete(url);
      }
    }
    const own = placed(url);
    places.set(url, own);
    return own;
  }

  /** The address of the text of a module, in which the imports are by such addresses too. */
  async function placed(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const text = await response.text();
    const beside = new Map();
    for (const [, , path] of text.matchAll(BESIDE)) beside.set(path, placeOf(new URL(path, url).href));
    await Promise.all([...beside].map(async ([path, place]) => beside.set(path, await place)));
    const linked = text.replace(BESIDE, (_, before, path) => `${before}"${beside.get(path)}"`);
    return URL.createObjectURL(new Blob([linked], { type: "text/javascript" }));
  }

  return async (path) => import(await placeOf(new URL(path, PAGE).href));
}

export default { render };
