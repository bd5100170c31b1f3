// @ts-check
/**
 * metaprov's answers and frames in Cornerstone3D.
 *
 * The server says what the headers say and nothing more. Cornerstone expects defaults, other names
 * and windows in the unit of its pixels: all of that is done here, by the rules below, and nowhere
 * else. `createMetaprov` is at the end.
 *
 * @typedef {Record<string, any>} Module An answer, in Cornerstone's names.
 * @typedef {Record<string, Module>} Metadata The answers of one image, by type.
 * @typedef {Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array} Samples
 * @typedef {{rows: number, columns: number, samples: number, photometric: string, pixels: Samples}} Frame
 * @typedef {{imageId: string, errors: Record<string, {error: string, message: string}>}} Failure
 */

/** What Cornerstone3D and OHIF ask for. */
export const TYPES = Object.freeze([
  "calibratedPixelSpacing",
  "calibrationModule",
  "cineModule",
  "frameModule",
  "frameOfReferenceModule",
  "generalImageModule",
  "generalSeriesModule",
  "generalStudyModule",
  "imagePixelModule",
  "imagePlaneModule",
  "modalityLutModule",
  "multiframeModule",
  "nmMultiframeGeometryModule",
  "overlayPlaneModule",
  "patientDemographicModule",
  "patientModule",
  "patientStudyModule",
  "petImageModule",
  "petIsotopeModule",
  "petSeriesModule",
  "scalingModule",
  "sopCommonModule",
  "transferSyntax",
  "ultrasoundEnhancedRegionModule",
  "voiLutModule",
]);

/** What the rules and the image loader read; asked for whatever else is. */
const NEEDED = [
  "calibratedPixelSpacing",
  "calibrationModule",
  "generalSeriesModule",
  "imagePixelModule",
  "imagePlaneModule",
  "modalityLutModule",
  "scalingModule",
  "sopCommonModule",
  "voiLutModule",
];

/** Ids of one request: the server takes 200,000 answers, ids times types. */
const BATCH = 1000;

// The rules.

/**
 * Fields without a value are left out, at any depth: `voiLUTFunction: null` ends in an image that
 * never loads, without a message, and defaults of destructuring are for undefined alone. In lists
 * null keeps its place.
 *
 * @param {any} value
 * @returns {any}
 */
function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  /** @type {Module} */
  const kept = {};
  for (const [name, field] of Object.entries(value)) if (field !== null) kept[name] = withoutNulls(field);
  return kept;
}

/**
 * A plane is always whole: without one a stack stays black, and a volume is a TypeError.
 *
 * @param {Metadata} metadata
 * @returns {Module}
 */
function imagePlane({ imagePlaneModule: plane = {}, imagePixelModule: pixel = {} }) {
  const orientation = plane.imageOrientationPatient ?? [1, 0, 0, 0, 1, 0];
  return {
    rows: pixel.rows,
    columns: pixel.columns,
    ...plane,
    imageOrientationPatient: orientation,
    rowCosines: orientation.slice(0, 3),
    columnCosines: orientation.slice(3),
    imagePositionPatient: plane.imagePositionPatient ?? [0, 0, 0],
    ...spacing(plane),
  };
}

/**
 * `usingDefaultValues` makes lengths px, so it tells of a missing spacing alone; where it is not
 * given at all, Cornerstone sets it for a missing position too.
 *
 * @param {Module} plane
 */
function spacing(plane) {
  const row = plane.rowPixelSpacing ?? plane.pixelSpacing?.[0];
  const column = plane.columnPixelSpacing ?? plane.pixelSpacing?.[1];
  const known = row > 0 && column > 0;
  const [rowPixelSpacing, columnPixelSpacing] = known ? [row, column] : [1, 1];
  return {
    pixelSpacing: [rowPixelSpacing, columnPixelSpacing],
    rowPixelSpacing,
    columnPixelSpacing,
    usingDefaultValues: !known,
  };
}

/** @type {Map<string, Module>} */
const calibrations = new Map();

/**
 * The type of a calibration is looked for here alone: `mm` for `mm ERMF` without it. The spacing and
 * the scale that a user gave are in the plane, and left out here: Cornerstone would divide by the
 * scale once more. One object for all images with the same, since StackViewport takes another object
 * for another calibration.
 *
 * @param {Metadata} metadata
 */
function calibratedPixelSpacing({ calibratedPixelSpacing: given, imagePlaneModule: plane = {} }) {
  const type = plane.pixelSpacingCalibration ?? given?.type;
  if (given === undefined && type === undefined) return undefined;
  const { rowPixelSpacing, columnPixelSpacing, scale, ...others } = given ?? {};
  const calibration = type === undefined ? others : { ...others, type };
  const key = JSON.stringify(calibration);
  if (!calibrations.has(key)) calibrations.set(key, calibration);
  return calibrations.get(key);
}

/**
 * Palettes are arrays of bytes or words, as those of files are in Cornerstone. Without an answer here
 * the stock loader never settles over an inline palette of a DICOMweb server.
 *
 * @param {Metadata} metadata
 * @returns {Module}
 */
function imagePixel({ imagePixelModule: pixel = {} }) {
  const typed = { ...pixel };
  for (const colour of ["red", "green", "blue", "alpha"]) {
    const name = `${colour}PaletteColorLookupTableData`;
    const bits = pixel[`${colour}PaletteColorLookupTableDescriptor`]?.[2];
    if (pixel[name]) typed[name] = (bits === 8 ? Uint8Array : Uint16Array).from(pixel[name]);
  }
  return typed;
}

/**
 * Modality and UID are read of an object, whether or not there is one.
 *
 * @param {Metadata} metadata
 * @returns {Module}
 */
function generalSeries({ generalSeriesModule: series = {} }) {
  return { ...series };
}

/** Cornerstone's names of a dose, by those of metaprov. */
const DOSE_NAMES = {
  doseGridScaling: "DoseGridScaling",
  doseSummationType: "DoseSummation",
  doseType: "DoseType",
  doseUnits: "DoseUnit",
};

/**
 * A dose is scaled by these names alone.
 *
 * @param {Metadata} metadata
 */
function scaling({ scalingModule: module }) {
  if (module === undefined) return undefined;
  const named = Object.entries(DOSE_NAMES).filter(([name]) => name in module);
  return { ...module, ...Object.fromEntries(named.map(([name, theirs]) => [theirs, module[name]])) };
}

/**
 * What a window becomes on pixels that are `factor` times those it is for: center and width, by its
 * function (PS3.3 C.11.2.1.2). LINEAR has an offset of half a step and a step in it, which do not
 * scale. LINEAR_EXACT becomes the LINEAR of the same edges, since volumes take every window for that.
 *
 * @type {Record<string, {as: string, map: (center: number, width: number, factor: number) => [number, number]}>}
 */
const WINDOWS = {
  LINEAR: { as: "LINEAR", map: (c, w, factor) => [c * factor + (1 - factor) / 2, w * factor + (1 - factor)] },
  LINEAR_EXACT: { as: "LINEAR", map: (c, w, factor) => [c * factor + 0.5, w * factor + 1] },
  SIGMOID: { as: "SIGMOID", map: (c, w, factor) => [c * factor, w * factor] },
};

/**
 * Windows in the unit of Cornerstone's pixels: a PT volume in SUV is black under a window in Bq/ml.
 * A window without center or width is none, and leaves its place to the next.
 *
 * @param {Metadata} metadata
 */
function voiLut(metadata) {
  const voi = metadata.voiLutModule;
  if (voi?.windowCenter === undefined || voi.windowWidth === undefined) return voi && { ...voi };
  const { windowCenter: centers, windowWidth: widths, windowCenterWidthExplanation: names, ...others } = voi;
  const { as, map } = WINDOWS[voi.voiLUTFunction] ?? WINDOWS.LINEAR;
  const factor = unitFactor(metadata) ?? 1;
  const whole = [...centers.keys()].filter((place) => centers[place] != null && widths[place] != null);
  if (!whole.length) return others;
  const windows = whole.map((place) => map(centers[place], widths[place], factor));
  return {
    ...others,
    ...(voi.voiLUTFunction && { voiLUTFunction: as }),
    ...(names && { windowCenterWidthExplanation: whole.map((place) => names[place]) }),
    windowCenter: windows.map(([center]) => center),
    windowWidth: windows.map(([, width]) => width),
  };
}

/**
 * What turns the values of the modality into those shown: the factor to SUV by body weight, or the
 * scaling of the dose grid.
 *
 * @param {Metadata} metadata
 * @returns {number | undefined}
 */
function unitFactor({ generalSeriesModule: series = {}, scalingModule: factors = {} }) {
  if (series.modality === "PT") return factors.suvbw;
  if (series.modality === "RTDOSE") return factors.doseGridScaling;
  return undefined;
}

/** @type {Record<string, (metadata: Metadata) => Module | undefined>} */
const RULES = {
  calibratedPixelSpacing,
  generalSeriesModule: generalSeries,
  imagePixelModule: imagePixel,
  imagePlaneModule: imagePlane,
  scalingModule: scaling,
  voiLutModule: voiLut,
};

/**
 * The answers of one image as Cornerstone takes them. Dates, times and names stay strings: nothing
 * in Cornerstone wants objects.
 *
 * @param {Metadata} answered What the server answered.
 * @returns {Map<string, any>} By type.
 */
export function modulesOf(answered) {
  const metadata = withoutNulls(answered);
  const modules = new Map(Object.entries(metadata));
  for (const [type, rule] of Object.entries(RULES)) {
    const module = rule(metadata);
    if (module !== undefined) modules.set(type, module);
  }
  return modules;
}

/**
 * An own copy for each who asks, and no frozen one: StackViewport writes `calibration` into the plane.
 *
 * @param {any} answer
 */
function copied(answer) {
  if (Array.isArray(answer)) return [...answer];
  return answer !== null && typeof answer === "object" ? { ...answer } : answer;
}

// Frames.

/** The class of an array of samples, by the headers of a frame. @type {Record<string, any>} */
const SAMPLES = {
  "8 0": Uint8Array,
  "8 1": Int8Array,
  "16 0": Uint16Array,
  "16 1": Int16Array,
  "32 0": Uint32Array,
  "32 1": Int32Array,
  "32 float": Float32Array,
  "64 float": Float64Array,
};

/**
 * @param {Response} response The answer to `GET frame`.
 * @returns {Promise<Frame>}
 */
async function frameOf(response) {
  const header = (/** @type {string} */ name) => response.headers.get(name) ?? "";
  const [rows, columns, samples] = ["X-Rows", "X-Columns", "X-Samples"].map((name) => Number(header(name)));
  const kind = `${header("X-Bits-Allocated")} ${header("X-Pixel-Representation")}`;
  const buffer = await response.arrayBuffer();
  const wanted = rows * columns * samples;
  if (!SAMPLES[kind]) throw new Error(`Samples of "${kind}" (bits, representation) are not known`);
  if (!wanted || buffer.byteLength !== wanted * SAMPLES[kind].BYTES_PER_ELEMENT) {
    const size = `${rows} x ${columns} x ${samples} samples of ${kind} bits`;
    throw new Error(`A frame of ${size} has ${buffer.byteLength} bytes`);
  }
  return { rows, columns, samples, photometric: header("X-Photometric"), pixels: new SAMPLES[kind](buffer) };
}

/**
 * Slope and intercept from stored values to those shown: of the modality, SUV or dose. A dose has no
 * rescale.
 *
 * @param {Metadata} metadata
 */
function linear(metadata) {
  const { rescaleSlope = 1, rescaleIntercept = 0 } = metadata.modalityLutModule;
  const factor = unitFactor(metadata) ?? 1;
  const [slope, intercept] =
    metadata.generalSeriesModule.modality === "RTDOSE" ? [1, 0] : [rescaleSlope, rescaleIntercept];
  return { slope: slope * factor, intercept: intercept * factor };
}

/** X-ray angiography and fluoroscopy: their table is not for display (PS3.3 C.11.1.1.2). */
const TABLE_NOT_SHOWN = new Set(["1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.2"]);

/**
 * @param {Samples} stored
 * @param {{firstValueMapped: number, lut: number[]}} table
 */
function throughTable(stored, { firstValueMapped, lut }) {
  const last = lut.length - 1;
  return Uint16Array.from(stored, (value) => lut[Math.min(Math.max(value - firstValueMapped, 0), last)]);
}

/** @param {ArrayLike<number>} values */
function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (let place = 0; place < values.length; place++) {
    const value = values[place];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/** Arrays of integers that Cornerstone makes textures of, and what they hold. */
const INTEGERS = {
  Uint8Array: { Class: Uint8Array, low: 0, high: 255 },
  Int16Array: { Class: Int16Array, low: -32768, high: 32767 },
  Uint16Array: { Class: Uint16Array, low: 0, high: 65535 },
};

/** @type {Set<Function>} */
const FLOATS = new Set([Float32Array, Float64Array]);

/**
 * Integers stay integers where the array that is wanted holds them; all else, SUV and dose above all,
 * is Float32Array. The stock loader takes the array by the extremes, and writes dose as zeros.
 *
 * @param {Samples} stored
 * @param {{slope: number, intercept: number}} scale
 * @param {string} wanted The name of the array's class.
 */
function rescaled(stored, { slope, intercept }, wanted) {
  const { low, high } = extremes(stored);
  const ends = [low * slope + intercept, high * slope + intercept];
  const integers = /** @type {Record<string, any>} */ (INTEGERS)[wanted];
  const whole = !FLOATS.has(stored.constructor) && Number.isInteger(slope) && Number.isInteger(intercept);
  const fits = integers && whole && Math.min(...ends) >= integers.low && Math.max(...ends) <= integers.high;
  const Class = fits ? integers.Class : Float32Array;
  if (stored instanceof Class && slope === 1 && intercept === 0) return stored;
  const values = new Class(stored.length);
  for (let place = 0; place < stored.length; place++) values[place] = stored[place] * slope + intercept;
  return values;
}

/**
 * @param {Frame} frame
 * @param {Metadata} metadata
 * @param {string | undefined} wanted The array that a volume is made of.
 */
function greyValues({ pixels }, metadata, wanted) {
  const { modalityLutModule: lut, sopCommonModule: sop } = metadata;
  const table = lut.modalityLUTSequence?.[0];
  const inTable = table && !TABLE_NOT_SHOWN.has(sop.sopClassUID);
  const stored = inTable ? throughTable(pixels, table) : pixels;
  const factor = unitFactor(metadata);
  const scale = inTable ? { slope: factor ?? 1, intercept: 0 } : linear(metadata);
  const same = scale.slope === 1 && scale.intercept === 0 && stored.constructor.name in INTEGERS;
  const own = same ? stored.constructor.name : "Int16Array";
  return rescaled(stored, scale, factor === undefined ? (wanted ?? own) : "Float32Array");
}

/** Red, green and blue of a frame, a byte each; the server makes RGB of YBR. */
const COLOURS = { "PALETTE COLOR": byPalette, RGB: inBytes };

/**
 * Samples of more than 8 bits lose their lowest ones.
 *
 * @param {Frame} frame
 * @param {Metadata} metadata
 */
function inBytes({ pixels }, { imagePixelModule: pixel }) {
  if (pixels instanceof Uint8Array) return pixels;
  const shift = (pixel.bitsStored ?? 8 * pixels.BYTES_PER_ELEMENT) - 8;
  return Uint8Array.from(pixels, (value) => value >> shift);
}

/**
 * @param {Frame} frame
 * @param {Metadata} metadata
 */
function byPalette({ pixels }, { imagePixelModule: pixel }) {
  const tables = ["red", "green", "blue"].map((colour) => pixel[`${colour}PaletteColorLookupTableData`]);
  if (!tables.every(Boolean)) throw new Error("A colour of the palette is missing");
  const [, first] = pixel.redPaletteColorLookupTableDescriptor;
  // Some write entries of 8 bits as if they had 16.
  const shift = tables.some((table) => extremes(table).high > 255) ? 8 : 0;
  const colours = new Uint8Array(3 * pixels.length);
  for (let place = 0; place < pixels.length; place++) {
    for (let colour = 0; colour < 3; colour++) {
      const table = tables[colour];
      const entry = Math.min(Math.max(pixels[place] - first, 0), table.length - 1);
      colours[3 * place + colour] = table[entry] >> shift;
    }
  }
  return colours;
}

/**
 * The values of a frame as they are shown, and whether they are in the unit of the modality.
 *
 * @param {Frame} frame
 * @param {Metadata} metadata
 * @param {Record<string, any>} options Cornerstone's, for its image loaders.
 * @returns {{values: Samples, color: boolean, scaled: boolean}}
 */
function shownOf(frame, metadata, { preScale, targetBuffer }) {
  const toColours = /** @type {Record<string, any>} */ (COLOURS)[frame.photometric];
  if (toColours) return { values: toColours(frame, metadata), color: true, scaled: false };
  if (frame.samples !== 1) throw new Error(`Colours of ${frame.photometric} are not known`);
  // Where there are no textures of floats, Cornerstone wants what is stored.
  if (preScale?.enabled === false) return { values: frame.pixels, color: false, scaled: false };
  return { values: greyValues(frame, metadata, targetBuffer?.type), color: false, scaled: true };
}

/**
 * Center and width: bytes are shown as they are, and without a window all values are.
 *
 * @param {any} core
 * @param {Module} voi
 * @param {boolean} color
 * @param {{low: number, high: number}} extremes
 */
function windowOf(core, { windowCenter, windowWidth }, color, { low, high }) {
  if (color) return { windowCenter: 128, windowWidth: 256 };
  if (windowCenter) return { windowCenter: windowCenter[0], windowWidth: windowWidth[0] };
  return core.utilities.windowLevel.toWindowLevel(low, high);
}

/**
 * What the pixels were multiplied by and added to, by which StackViewport tells SUV from Bq/ml.
 *
 * @param {Metadata} metadata
 */
function scalingParameters(metadata) {
  const { modality } = metadata.generalSeriesModule;
  const { rescaleSlope = 1, rescaleIntercept = 0 } = metadata.modalityLutModule;
  return { rescaleSlope, rescaleIntercept, modality, ...factorsOf(metadata) };
}

/** @param {Metadata} metadata */
function factorsOf({ generalSeriesModule: series, scalingModule: factors }) {
  if (series.modality === "PT") return { suvbw: factors.suvbw };
  if (series.modality === "RTDOSE") return { doseGridScaling: factors.doseGridScaling };
  return {};
}

/**
 * Cornerstone's image of a frame.
 *
 * The answers are asked of Cornerstone, so that providers above metaprov's count too.
 *
 * @param {any} core The module `@cornerstonejs/core`.
 * @param {string} imageId
 * @param {Frame} frame
 * @param {Record<string, any>} options Cornerstone's, for its image loaders.
 */
function imageOf(core, imageId, frame, options) {
  const metadata = Object.fromEntries(NEEDED.map((type) => [type, core.metaData.get(type, imageId) ?? {}]));
  const { imagePlaneModule: plane, voiLutModule: voi } = metadata;
  const { values, color, scaled } = shownOf(frame, metadata, options);
  const { low, high } = extremes(values);
  const parameters = scalingParameters(metadata);
  const size = { width: frame.columns, height: frame.rows };
  const numberOfComponents = color ? 3 : 1;
  return {
    imageId,
    ...size,
    rows: frame.rows,
    columns: frame.columns,
    rowPixelSpacing: plane.rowPixelSpacing,
    columnPixelSpacing: plane.columnPixelSpacing,
    sliceThickness: plane.sliceThickness,
    calibration: metadata.calibrationModule,
    color,
    rgba: false,
    numberOfComponents,
    photometricInterpretation: frame.photometric,
    invert: frame.photometric === "MONOCHROME1",
    dataType: values.constructor.name,
    sizeInBytes: values.byteLength,
    minPixelValue: low,
    maxPixelValue: high,
    slope: parameters.rescaleSlope,
    intercept: parameters.rescaleIntercept,
    preScale: { enabled: scaled, scaled, scalingParameters: parameters },
    ...windowOf(core, voi, color, { low, high }),
    voiLUTFunction: voi.voiLUTFunction,
    voiLUT: voi.voiLUTSequence?.[0],
    voxelManager: core.utilities.VoxelManager.createImageVoxelManager({
      scalarData: values,
      ...size,
      numberOfComponents,
    }),
    getPixelData: () => values,
    getCanvas: undefined,
  };
}

/**
 * What lies under a point of a viewport's canvas, in a stack or a volume.
 *
 * By the geometry of the pixels themselves: `worldToImageCoords` swaps the spacings of rows and
 * columns where they differ.
 *
 * @param {any} viewport Cornerstone's, of a stack or a volume.
 * @param {[number, number]} canvasPoint
 * @returns {{world: number[], index: number[], value: number | number[]} | undefined} World in mm
 *   (LPS), index of column, row and slice, and the value there; undefined beside the image.
 */
export function valueAt(viewport, canvasPoint) {
  const image = viewport.getImageData();
  if (!image) return undefined;
  const world = [...viewport.canvasToWorld(canvasPoint)];
  const index = [...image.imageData.worldToIndex(world)].map(Math.round);
  const inside = index.every((place, axis) => place >= 0 && place < image.dimensions[axis]);
  return inside ? { world, index, value: image.voxelManager.getAtIJK(...index) } : undefined;
}

/**
 * metaprov's answers for Cornerstone3D.
 *
 *     const metaprov = createMetaprov({ url: "http://127.0.0.1:8042/metaprov/api" });
 *     metaData.addProvider(metaprov.provider, 10000);
 *     imageLoader.registerImageLoader("dicomfile", metaprov.imageLoader(core));
 *     const imageIds = await metaprov.images("/data/pet");
 *     await metaprov.prefetch(imageIds);
 *
 * @param {object} [options]
 * @param {string} [options.url] Where the API is; by default beside this file, as the server has it.
 * @param {Record<string, string> | (() => Record<string, string>)} [options.headers] Sent with every
 *   request: `{Authorization: "Bearer ..."}`. A function is called for each.
 * @param {readonly string[]} [options.types] What `prefetch` asks for; what the rules need is added.
 * @param {typeof globalThis.fetch} [options.fetch] Another way to the server than the browser's.
 */
export function createMetaprov({
  url = new URL("api", import.meta.url).href,
  headers = {},
  types = TYPES,
  fetch = globalThis.fetch.bind(globalThis),
} = {}) {
  const api = url.replace(/\/+$/, "");
  const asked = [...new Set([...types, ...NEEDED])];
  /** @type {Map<string, Map<string, any>>} */
  const known = new Map();

  /**
   * @param {string} path
   * @param {RequestInit} [request]
   */
  async function ask(path, request = {}) {
    const own = typeof headers === "function" ? headers() : headers;
    const response = await fetch(`${api}/${path}`, { ...request, headers: { ...request.headers, ...own } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await reasonOf(response)}`);
    return response;
  }

  /**
   * The ids of the images behind a source, one a frame, in order.
   *
   * @param {string} [source] A folder, a file, a series' URL; all that the server has without one.
   * @returns {Promise<string[]>}
   */
  async function images(source) {
    const query = source === undefined ? "" : `?${new URLSearchParams({ source })}`;
    return (await ask(`images${query}`)).json();
  }

  /**
   * Fetches the answers for images, so that `provider` has them.
   *
   * @param {readonly string[]} imageIds Those known already are not asked for again.
   * @param {AbortSignal} [signal]
   * @returns {Promise<Failure[]>} The images that could not be answered for in part, or at all.
   */
  async function prefetch(imageIds, signal) {
    const missing = [...new Set(imageIds)].filter((imageId) => !known.has(imageId));
    const failures = [];
    for (let start = 0; start < missing.length; start += BATCH) {
      const body = JSON.stringify({ imageIds: missing.slice(start, start + BATCH), types: asked });
      const request = { method: "POST", headers: { "Content-Type": "application/json" }, body, signal };
      for (const { imageId, metadata, errors = {} } of await (await ask("metadata", request)).json()) {
        if (Object.keys(metadata).length) known.set(imageId, modulesOf(metadata));
        if (Object.keys(errors).length) failures.push({ imageId, errors });
      }
    }
    return failures;
  }

  /**
   * A provider for `metaData.addProvider(provider, 10000)`: at once, from what was fetched.
   *
   * @param {string} type
   * @param {any} imageId
   */
  function provider(type, imageId) {
    const answer = known.get(imageId)?.get(type);
    return type === "calibratedPixelSpacing" ? answer : copied(answer);
  }

  /**
   * An image loader whose pixels are in the unit of the modality, SUV or Gy.
   *
   * @param {any} core The module `@cornerstonejs/core`.
   */
  function imageLoader(core) {
    return (/** @type {string} */ imageId, /** @type {Record<string, any>} */ options = {}) => {
      const abort = new AbortController();
      const promise = load(core, imageId, options, abort.signal);
      return { promise, cancelFn: () => abort.abort() };
    };
  }

  /**
   * @param {any} core
   * @param {string} imageId
   * @param {Record<string, any>} options
   * @param {AbortSignal} signal
   */
  async function load(core, imageId, options, signal) {
    const response = ask(`frame?${new URLSearchParams({ id: imageId })}`, { signal }).then(frameOf);
    const [frame] = await Promise.all([response, prefetch([imageId], signal)]);
    return imageOf(core, imageId, frame, options);
  }

  /**
   * Who was asked for an answer, and what each said.
   *
   * @param {string} type
   * @param {string} imageId
   * @param {{all?: boolean}} [options] All: those below the one who answered, too.
   */
  async function explain(type, imageId, { all = false } = {}) {
    const query = new URLSearchParams({ id: imageId, type, ...(all && { all: "1" }) });
    return (await ask(`explain?${query}`)).json();
  }

  return { images, prefetch, provider, imageLoader, explain };
}

/** @param {Response} response */
async function reasonOf(response) {
  const said = await response.json().catch(() => ({}));
  return said.error ?? response.statusText;
}
