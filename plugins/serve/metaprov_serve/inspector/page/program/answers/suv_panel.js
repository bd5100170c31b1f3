/** The factors from values to SUV, and what they rest on; or why there are none. */

import { element, state } from "../written/elements.js";
import { written } from "../written/units.js";
import { date, figure, time } from "../written/words.js";
import { notes } from "./typed.js";

const TYPES = ["generalSeriesModule", "patientModule", "patientStudyModule", "petIsotopeModule", "petSeriesModule", "scalingModule"];

/** Factors by their fields: what each is by. */
const FACTORS = {
  suvbw: "Body weight",
  suvlbm: "Lean body mass",
  suvlbmJames128: "Lean body mass, James, 128",
  suvlbmJanma: "Lean body mass, Janmahasatian",
  suvbsa: "Body surface area",
  suvibw: "Ideal body weight",
};

/**
 * @param {import("../asked/api.js").Api} api
 * @param {import("../asked/selection.js").Selection} selection
 */
export function suvPanel(api, selection) {
  return async (panel, signal) => {
    const [row] = await api.metadata([selection.imageId], TYPES, { signal });
    const modules = Object.fromEntries(TYPES.map((type) => [type, row.metadata[type] ?? {}]));
    const scaling = modules.scalingModule;
    const known = Object.keys(FACTORS).filter((field) => typeof scaling[field] === "number");
    const reasons = known.length || scaling.doseGridScaling ? [] : await reasonsOf(api, selection.imageId, row.errors, signal);
    signal.throwIfAborted();
    panel.replaceChildren(...content(modules, known, reasons));
  };
}

/** What those who were asked for factors say. */
async function reasonsOf(api, imageId, errors = {}, signal) {
  if (errors.scalingModule) return [errors.scalingModule.message];
  const { rows } = await api.asked("explain", { id: imageId, type: "scalingModule" }, { signal });
  return rows.flatMap((row) => [...row.notes, row.error].filter(Boolean));
}

function content(modules, known, reasons) {
  const { modality } = modules.generalSeriesModule;
  const scaling = modules.scalingModule;
  if (scaling.doseGridScaling) return [dose(scaling)];
  if (!known.length && modality !== "PT") {
    return [state(reasons.join(" ") || `The image is ${modality ?? "of no modality"}, not PT.`, { strong: "No SUV" })];
  }
  const first = known.length ? factors(scaling, known) : none(reasons);
  return [first, scaling.notes?.length > 0 && notes(scaling.notes), inputs(modules), known.includes("suvbw") && check(modules)].filter(Boolean);
}

function factors(scaling, known) {
  const rows = known.map((field) =>
    element("tr", {}, element("th", { scope: "row" }, FACTORS[field], element("code", {}, field)), element("td.number", {}, figure(scaling[field], 8))),
  );
  const about = "A value times its factor is the SUV.";
  return element("section.block", {}, element("h3", {}, "Factors"), element("p.about", {}, about), element("table.fields", {}, element("tbody", {}, ...rows)));
}

function none(reasons) {
  const said = reasons.length ? reasons : ["Nobody says why."];
  return element("section.block.failed", {}, element("h3", {}, "No SUV factors"), ...said.map((reason) => element("p", {}, reason)));
}

function dose(scaling) {
  const rows = [
    ["Scaling of the grid", figure(scaling.doseGridScaling, 8), `${written(scaling.doseUnits)} per stored value`],
    ["Kind of dose", scaling.doseType],
    ["Sum of", scaling.doseSummationType],
  ];
  return element("section.block", {}, element("h3", {}, "Dose"), fields(rows));
}

/** What the factors are computed of, where each is in the header. */
function inputs({ patientModule, patientStudyModule: patient, petIsotopeModule, petSeriesModule: pet, generalSeriesModule: series }) {
  const drug = petIsotopeModule.radiopharmaceuticalInfo ?? {};
  const started = drug.radiopharmaceuticalStartDateTime ?? drug.radiopharmaceuticalStartTime;
  const rows = [
    ["Weight", patient.patientWeight, "kg"],
    ["Height", patient.patientSize, "m"],
    ["Sex", patient.patientSex ?? patientModule.patientSex],
    ["Dose", typeof drug.radionuclideTotalDose === "number" ? figure(drug.radionuclideTotalDose / 1e6, 8) : null, "MBq"],
    ["Half-life", drug.radionuclideHalfLife, "s"],
    ["Radiopharmaceutical", drug.radiopharmaceutical],
    ["Given at", moment(started)],
    ["Series", [date(series.seriesDate), time(series.seriesTime)].filter(Boolean).join(" ")],
    ["Acquisition", [date(series.acquisitionDate), time(series.acquisitionTime)].filter(Boolean).join(" ")],
    ["Units", pet.units && `${pet.units}${written(pet.units) === pet.units ? "" : `, ${written(pet.units)}`}`],
    ["Decay corrected to", pet.decayCorrection],
    ["Corrected for", pet.correctedImage?.join(", ")],
  ];
  return element("section.block", {}, element("h3", {}, "Of these values of the header"), fields(rows));
}

/** 20200102080000 or 080000. */
function moment(text) {
  if (typeof text !== "string") return text;
  return /^\d{12,}/.test(text) ? `${date(text.slice(0, 8))} ${time(text.slice(8).replace(/[+-]\d{4}$/, ""))}` : time(text);
}

function fields(rows) {
  const cell = ([label, value, unit]) => {
    const isThere = value !== null && value !== undefined && value !== "";
    const shown = isThere ? element("td.number", {}, String(value), unit && element("span.unit", {}, unit)) : element("td.unsaid", {}, "not in the header");
    return element("tr", {}, element("th", { scope: "row" }, label), shown);
  };
  return element("table.fields", {}, element("tbody", {}, ...rows.map(cell)));
}

/** What the factor says of the dose: SUVbw is concentration times weight by the dose that was left. */
function check({ scalingModule: { suvbw }, patientStudyModule: patient, petIsotopeModule, petSeriesModule: pet }) {
  const { radionuclideTotalDose: given, radionuclideHalfLife: halfLife } = petIsotopeModule.radiopharmaceuticalInfo ?? {};
  if (!(patient.patientWeight && given && halfLife) || pet.units !== "BQML") return undefined;
  const left = (patient.patientWeight * 1000) / suvbw;
  const minutes = (Math.log2(given / left) * halfLife) / 60;
  const rows = [
    ["Dose at the reference time", figure(left / 1e6, 6), "MBq"],
    ["Decay since it was given", figure(minutes, 4), "min"],
  ];
  return element("section.block", {}, element("h3", {}, "What the factor by weight means"), fields(rows));
}
