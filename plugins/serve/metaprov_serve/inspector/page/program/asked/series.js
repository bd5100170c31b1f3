/** A series that is opened: its images in their order, and the volumes that they make. */

/** What the page itself reads of each image, as the server says it, without Cornerstone's defaults. */
const TYPES = [
  "generalImageModule",
  "imagePixelModule",
  "imagePlaneModule",
  "modalityLutModule",
  "petSeriesModule",
  "scalingModule",
];

/**
 * @param {import("./api.js").Api} api
 * @param {import("./catalogue.js").Series} series
 * @param {AbortSignal} signal
 * @returns {Promise<{series: import("./catalogue.js").Series, imageIds: string[], volumes: any[], reason: string, modules: Map<string, Record<string, any>>}>}
 */
export async function opened(api, series, signal) {
  const [first] = series.imageIds;
  const [rows, { volumes, reason }] = await Promise.all([
    api.metadata(series.imageIds, TYPES, { signal }),
    volumesOf(api, first, signal),
  ]);
  const modules = new Map(rows.map((row) => [row.imageId, row.metadata]));
  return { series, imageIds: ordered(series.imageIds, volumes, modules), volumes, reason, modules };
}

/** The volumes of the series of an image, or why it has none. */
async function volumesOf(api, imageId, signal) {
  try {
    const volumes = (await api.asked("volumes", { id: imageId }, { signal })).filter((volume) => volume.imageIds?.length);
    return { volumes, reason: volumes.length ? "" : await reasonOf(api, imageId, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { volumes: [], reason: error.message };
  }
}

/** What those who were asked for volumes say. */
async function reasonOf(api, imageId, signal) {
  const { rows, error } = await api.asked("explain", { id: imageId, type: "seriesVolumes" }, { signal });
  const notes = rows.flatMap((row) => row.notes);
  return notes.join(" ") || error || "nobody answers";
}

/** Volume by volume, each along its normal; then what is in none, by number. */
function ordered(imageIds, volumes, modules) {
  const known = new Set(imageIds);
  const placed = new Set(volumes.flatMap((volume) => volume.imageIds).filter((id) => known.has(id)));
  const number = (id) => modules.get(id)?.generalImageModule?.instanceNumber ?? Infinity;
  const others = imageIds.filter((id) => !placed.has(id)).sort((one, other) => number(one) - number(other) || 0);
  return [...placed, ...others];
}
