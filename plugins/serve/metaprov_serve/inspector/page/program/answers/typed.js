/** An answer as a table: every value by what it is. */

import { element } from "../written/elements.js";
import { count, date, time } from "../written/words.js";
import { UIDS, UNITS } from "./meanings.js";

const UID = /^[0-2](\.\d+){3,}$/;
/** More numbers than these are told by how many they are, and the first. */
const FEW = 16;

/** Whether a field says something. */
export function isSaid(value) {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** The fields of an object, those that say nothing as a last line of names. */
export function table(object, skipped = []) {
  const fields = Object.entries(object).filter(([field]) => !skipped.includes(field));
  const said = fields.filter(([, value]) => isSaid(value));
  const unsaid = fields.filter(([, value]) => !isSaid(value)).map(([field]) => field);
  const rows = said.map(([field, value]) => row(field, value));
  return element(
    "div",
    {},
    rows.length > 0 && element("table.fields", {}, element("tbody", {}, ...rows)),
    unsaid.length > 0 && element("p.unsaid", {}, "Not in the header: ", unsaid.join(", ")),
  );
}

function row(field, value) {
  return element("tr", {}, element("th", { scope: "row" }, ...breakable(field)), element("td", {}, shown(value, field)));
}

/** A name that may be broken before its capitals. */
export function breakable(text) {
  return text.split(/(?<=[a-z])(?=[A-Z])/).flatMap((part, place) => (place ? [element("wbr"), part] : [part]));
}

/** @returns {Node | string} */
export function shown(value, field = "") {
  if (Array.isArray(value)) return list(value, field);
  if (typeof value === "number") return element("span.number", {}, number(value), unit(field));
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return text(value, field);
  if (value === null) return element("span.unsaid", {}, "none");
  return table(value);
}

/** All digits: this is what a program is told. */
function number(value) {
  return String(value).replace(/^-/, "\u2212");
}

function unit(field) {
  return UNITS[field] && element("span.unit", {}, UNITS[field]);
}

function text(value, field) {
  if (UID.test(value)) {
    return element("span.uid", {}, element("code", {}, value), UIDS[value] && element("span.meaning", {}, UIDS[value]));
  }
  if (/Date$/.test(field)) return element("span.number", {}, date(value));
  if (/Time$/.test(field)) return element("span.number", {}, time(value));
  return value;
}

function list(values, field) {
  if (values.every((value) => typeof value === "number" || value === null)) return numbers(values, field);
  if (values.every((value) => typeof value !== "object")) return values.join(" \\ ");
  return element("ol.items", {}, ...values.map((value) => element("li", {}, shown(value, field))));
}

function numbers(values, field) {
  if (values.length > FEW) {
    const first = values.slice(0, 6).map((value) => number(value));
    return element("span.number", {}, `${first.join(", ")} \u2026`, element("span.unit", {}, count(values.length, "number")));
  }
  // Cosines are of two or three vectors, a line each.
  const width = values.length % 3 === 0 && values.length > 3 ? 3 : values.length;
  const lines = [];
  for (let start = 0; start < values.length; start += width) {
    lines.push(values.slice(start, start + width).map((value) => (value === null ? "\u2013" : number(value))).join(", "));
  }
  return element("span.number.lines", {}, lines.join("\n"), unit(field));
}

/** What was assumed, repaired or is doubtful. */
export function notes(all) {
  return element("ul.notes", {}, ...all.map((note) => element("li", { "data-severity": note.severity }, severity(note.severity), note.sentence)));
}

/** @param {string} text "info", "assumed", "repaired", "warning". */
export function severity(text) {
  return element("span.severity", { "data-severity": text }, text);
}
