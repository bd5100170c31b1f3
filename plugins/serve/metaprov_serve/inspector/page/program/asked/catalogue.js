/** What the server has: studies, their series, and the images of each. */

const TYPES = ["patientModule", "generalStudyModule", "generalSeriesModule"];

/**
 * @typedef {object} Series
 * @property {string} key
 * @property {string} modality
 * @property {number | undefined} number
 * @property {string} description
 * @property {string[]} imageIds
 *
 * @typedef {object} Study
 * @property {string} key
 * @property {{name?: string, id?: string}} patient
 * @property {string} description
 * @property {string | undefined} date
 * @property {Series[]} series
 *
 * @typedef {{imageId: string, message: string}} Unreadable
 */

/**
 * All images of the server by study and series.
 *
 * @param {import("./api.js").Api} api
 * @param {(done: number, total: number) => void} told
 * @returns {Promise<{studies: Study[], unreadable: Unreadable[]}>}
 */
export async function catalogue(api, told) {
  const imageIds = await api.asked("images");
  told(0, imageIds.length);
  const rows = await api.metadata(imageIds, TYPES, { told: (done) => told(done, imageIds.length) });
  return sorted(rows);
}

/** Rows of `POST metadata` as studies, newest first, their series by number. */
export function sorted(rows) {
  const studies = new Map();
  const unreadable = [];
  for (const row of rows) {
    const [failed] = Object.values(row.errors ?? {});
    if (failed && !Object.keys(row.metadata).length) unreadable.push({ imageId: row.imageId, message: failed.message });
    else seriesOf(studyOf(studies, row.metadata), row).imageIds.push(row.imageId);
  }
  const all = [...studies.values()].map((study) => ({ ...study, series: [...study.series.values()].sort(bySeries) }));
  return { studies: all.sort((one, other) => (other.date ?? "").localeCompare(one.date ?? "")), unreadable };
}

function studyOf(studies, { patientModule: patient = {}, generalStudyModule: study = {} }) {
  const key = study.studyInstanceUID ?? "";
  if (!studies.has(key)) {
    studies.set(key, {
      key,
      patient: { name: patient.patientName, id: patient.patientId },
      description: study.studyDescription ?? "",
      date: study.studyDate,
      series: new Map(),
    });
  }
  return studies.get(key);
}

function seriesOf(study, { metadata: { generalSeriesModule: series = {} } }) {
  const key = `${study.key} ${series.seriesInstanceUID ?? ""}`;
  if (!study.series.has(key)) {
    study.series.set(key, {
      key,
      uid: series.seriesInstanceUID,
      study,
      modality: series.modality ?? "",
      number: series.seriesNumber ?? undefined,
      description: series.seriesDescription ?? "",
      imageIds: [],
    });
  }
  return study.series.get(key);
}

function bySeries(one, other) {
  return (one.number ?? Infinity) - (other.number ?? Infinity) || one.modality.localeCompare(other.modality);
}

/** Whether all words are somewhere in what is said of a series, its study and its patient. */
export function isFound(series, words) {
  const { study } = series;
  const said = [series.modality, series.description, series.number, series.uid, study.description, study.date];
  const text = [...said, study.patient.name, study.patient.id].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}
