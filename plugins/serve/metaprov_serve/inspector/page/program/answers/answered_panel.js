/** Who was asked for an answer, in order, and what each said. */

import { element } from "../written/elements.js";
import { count, title } from "../written/words.js";
import { servedTypes } from "./modules_panel.js";

/** How the outcome of each who was asked looks. */
const SIGNS = { answered: "good", "changed the answer": "good", raised: "bad", "withheld the answer": "bad" };
const NOT_SERVED = new Set(["does not serve this type", "does not serve this scheme"]);

/**
 * @param {import("../asked/api.js").Api} api
 * @param {import("../asked/selection.js").Selection} selection
 */
export function answeredPanel(api, selection) {
  let type = "imagePlaneModule";
  let redraw = () => {};
  const draw = async (panel, signal) => {
    redraw = () => draw(panel, signal);
    const types = await servedTypes(api);
    const explanation = await api.asked("explain", { id: selection.imageId, type, all: 1 }, { signal });
    signal.throwIfAborted();
    panel.replaceChildren(chooser(types), ...told(explanation));
  };
  const chooser = (types) => {
    const options = types.map((each) => element("option", { value: each, selected: each === type }, `${title(each)} \u00b7 ${each}`));
    const select = element("select", { id: "type", "aria-label": "What is asked for" }, ...options);
    select.addEventListener("change", async () => {
      type = select.value;
      await redraw();
      document.getElementById("type").focus();
    });
    return element("div.chooser", {}, select);
  };
  return { draw, of: (wanted) => (type = wanted) };
}

function told({ summary, rows, unavailable = [], hints = [], error }) {
  const serving = rows.filter(({ outcome }) => !NOT_SERVED.has(outcome));
  const others = rows.filter(({ outcome }) => NOT_SERVED.has(outcome));
  const verdict = summary.replace(/^\S+ of .*?: (?=\S)/, "");
  return [
    element(`p.verdict${error ? ".bad" : ""}`, { title: summary }, verdict.charAt(0).toUpperCase() + verdict.slice(1)),
    ...hints.map((hint) => element("p.hint", {}, hint)),
    element("ol.asked", {}, ...serving.map(askedOne)),
    others.length > 0 && othersOf(others),
    ...unavailable.map(({ name, reason, error: why }) => element("p.hint", {}, `${name} is not there: ${why ?? reason ?? ""}`)),
  ].filter(Boolean);
}

function askedOne({ provider, distribution, version, wrapper, outcome, answer, notes, error, ms }) {
  return element(
    `li.${SIGNS[outcome] ?? "quiet"}`,
    {},
    element("p.who", {}, element("strong", {}, provider), element("span.outcome", {}, outcome)),
    element("p.from", {}, [`${distribution} ${version}`, wrapper && "wraps the others", ms !== null && `${ms} ms`].filter(Boolean).join(" \u00b7 ")),
    error && element("p.error", {}, error),
    notes.length > 0 && element("ul.said", {}, ...notes.map((note) => element("li", {}, note))),
    answer && element("details", {}, element("summary", {}, "Its answer"), element("code.answer", {}, answer)),
  );
}

function othersOf(others) {
  const plugins = new Map();
  for (const { plugin, provider } of others) plugins.set(plugin, [...(plugins.get(plugin) ?? []), provider.split(":")[1] ?? provider]);
  const rows = [...plugins].map(([plugin, providers]) => element("li", {}, element("strong", {}, plugin), " ", providers.join(", ")));
  return element("details.others", {}, element("summary", {}, `${count(others.length, "provider")} not asked: they serve other types`), element("ul", {}, ...rows));
}
