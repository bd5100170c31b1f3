/** What values of pixels are in. */

/** Units of PET (PS3.3 C.8.9.1.1.3) and of dose (PS3.3 C.8.8.3), as they are written. */
const WRITTEN = { BQML: "Bq/ml", CNTS: "counts", CPS: "counts/s", GML: "g/ml", GY: "Gy", PROPCNTS: "counts", RELATIVE: "relative" };

/** Units that say nothing (PS3.3 C.11.1.1.2). */
const UNSPECIFIED = new Set(["US", "", undefined, null]);

/**
 * A value of the viewer in its unit, then in the one of the file where that is another.
 *
 * @param {number} value As metaprov's image loader has it: SUV of PT, Gy of a dose.
 * @param {string} modality
 * @param {Record<string, any>} modules
 * @returns {{value: number, unit: string}[]}
 */
export function inUnits(value, modality, modules) {
  const { scalingModule: scaling = {}, petSeriesModule: pet = {}, modalityLutModule: lut = {} } = modules;
  const stored = written(pet.units);
  if (modality === "PT" && scaling.suvbw) {
    return [
      { value, unit: "SUVbw" },
      { value: value / scaling.suvbw, unit: stored },
    ];
  }
  if (modality === "PT") return [{ value, unit: stored }];
  if (modality === "RTDOSE") return [{ value, unit: scaling.doseGridScaling ? written(scaling.doseUnits) : "stored" }];
  if (!UNSPECIFIED.has(lut.rescaleType)) return [{ value, unit: lut.rescaleType }];
  return [{ value, unit: modality === "CT" && lut.rescaleSlope !== undefined ? "HU" : "" }];
}

/** @param {string | undefined} units Of DICOM. */
export function written(units) {
  return WRITTEN[units] ?? units ?? "";
}
