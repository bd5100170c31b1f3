/** From the bytes of a frame to Cornerstone's image. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createMetaprov } from "../metaprov.js";
import { answersOf, fakeCore, fakeFetch, loaded } from "./fakes.js";

const RAMP = Uint16Array.of(0, 1, 2, 1000, 40_000, 65_535);

test("a PT is in SUV, as floats", async () => {
  const metadata = answersOf("PT", {
    modalityLutModule: { rescaleSlope: 0.5, rescaleIntercept: 0 },
    scalingModule: { suvbw: 4e-4 },
  });
  const image = await loaded(createMetaprov, { metadata, pixels: RAMP });
  assert.deepEqual(image.getPixelData(), Float32Array.from(RAMP, (value) => value * 0.5 * 4e-4));
  assert.equal(image.dataType, "Float32Array");
  assert.deepEqual([image.preScale.scaled, image.preScale.scalingParameters.suvbw], [true, 4e-4]);
});

test("a PT with a factor of whole numbers is floats too, whatever array is asked for", async () => {
  const metadata = answersOf("PT", { scalingModule: { suvbw: 1 } });
  const image = await loaded(createMetaprov, { metadata, pixels: RAMP }, { targetBuffer: { type: "Uint16Array" } });
  assert.deepEqual(image.getPixelData(), Float32Array.from(RAMP));
});

test("a PT without a factor is in the unit of the modality", async () => {
  const metadata = answersOf("PT", { modalityLutModule: { rescaleSlope: 0.5, rescaleIntercept: 3 } });
  const image = await loaded(createMetaprov, { metadata, pixels: RAMP });
  assert.deepEqual(image.getPixelData(), Float32Array.from(RAMP, (value) => value * 0.5 + 3));
});

test("a dose is in its unit, and takes no rescale", async () => {
  const metadata = answersOf("RTDOSE", {
    modalityLutModule: { rescaleSlope: 7, rescaleIntercept: 7 },
    scalingModule: { doseGridScaling: 0.001 },
  });
  const image = await loaded(createMetaprov, { metadata, pixels: RAMP });
  assert.deepEqual(image.getPixelData(), Float32Array.from(RAMP, (value) => value * 0.001));
  assert.equal(image.preScale.scalingParameters.doseGridScaling, 0.001);
});

const CT = answersOf("CT", { modalityLutModule: { rescaleSlope: 1, rescaleIntercept: -1024 } });

test("a CT is in HU, as the integers that hold it", async () => {
  const image = await loaded(createMetaprov, { metadata: CT, pixels: Uint16Array.of(0, 1024, 4095, 0, 0, 0) });
  assert.deepEqual(image.getPixelData(), Int16Array.of(-1024, 0, 3071, -1024, -1024, -1024));
  assert.deepEqual([image.minPixelValue, image.maxPixelValue], [-1024, 3071]);
});

test("values that integers do not hold are floats", async () => {
  const image = await loaded(createMetaprov, { metadata: CT, pixels: RAMP });
  assert.deepEqual(image.getPixelData(), Float32Array.from(RAMP, (value) => value - 1024));
});

test("the array that a volume is made of is the one given", async () => {
  const image = await loaded(
    createMetaprov,
    { metadata: answersOf("MR"), pixels: Uint16Array.of(1, 2, 3, 4, 5, 6) },
    { targetBuffer: { type: "Float32Array" } },
  );
  assert.deepEqual(image.getPixelData(), Float32Array.of(1, 2, 3, 4, 5, 6));
});

test("pixels are as stored where the caller wants no scaling", async () => {
  const image = await loaded(createMetaprov, { metadata: CT, pixels: RAMP }, { preScale: { enabled: false } });
  assert.deepEqual(image.getPixelData(), RAMP);
  assert.deepEqual([image.preScale.scaled, image.slope, image.intercept], [false, 1, -1024]);
});

const TABLE = { id: "1", firstValueMapped: 10, numBitsPerEntry: 16, lut: [5, 6, 7] };

test("a table of the modality maps the values, the ends beyond it", async () => {
  const metadata = answersOf("CR", { modalityLutModule: { modalityLUTSequence: [TABLE] } });
  const image = await loaded(createMetaprov, { metadata, pixels: Uint16Array.of(0, 10, 11, 12, 13, 99) });
  assert.deepEqual(Array.from(image.getPixelData()), [5, 5, 6, 7, 7, 7]);
});

test("the table of an angiography is not for display", async () => {
  const metadata = answersOf("XA", {
    modalityLutModule: { modalityLUTSequence: [TABLE] },
    sopCommonModule: { sopClassUID: "1.2.840.10008.5.1.4.1.1.12.1" },
  });
  const image = await loaded(createMetaprov, { metadata, pixels: RAMP });
  assert.deepEqual(image.getPixelData(), RAMP);
});

const KINDS = [
  { bits: "8", sign: "0", pixels: Uint8Array.of(0, 1, 2, 3, 4, 255) },
  { bits: "8", sign: "1", pixels: Int8Array.of(-128, 1, 2, 3, 4, 127) },
  { bits: "16", sign: "1", pixels: Int16Array.of(-32_768, 1, 2, 3, 4, 32_767) },
  { bits: "32", sign: "0", pixels: Uint32Array.of(0, 1, 2, 3, 4, 2 ** 24) },
  { bits: "32", sign: "1", pixels: Int32Array.of(-(2 ** 24), 1, 2, 3, 4, 5) },
  { bits: "32", sign: "float", pixels: Float32Array.of(-0.5, 1, 2, 3, 4, 5) },
  { bits: "32", sign: "float", pixels: Float32Array.of(0, 0.5, 2, 3, 4, 5), ends: "whole" },
  { bits: "64", sign: "float", pixels: Float64Array.of(-0.5, 1, 2, 3, 4, 5) },
];

for (const { bits, sign, pixels, ends = "any" } of KINDS) {
  test(`samples of ${bits} bits, ${sign}, ${ends} ends, keep their values`, async () => {
    const headers = { "X-Bits-Allocated": bits, "X-Pixel-Representation": sign };
    const image = await loaded(createMetaprov, { metadata: answersOf("MR"), pixels, headers });
    assert.deepEqual(Array.from(image.getPixelData()), Array.from(pixels));
    assert.ok(["Uint8Array", "Int16Array", "Uint16Array", "Float32Array"].includes(image.dataType));
  });
}

test("RGB is shown as it is", async () => {
  const pixels = Uint8Array.from({ length: 18 }, (_, place) => place);
  const headers = { "X-Samples": "3", "X-Bits-Allocated": "8", "X-Photometric": "RGB" };
  const image = await loaded(createMetaprov, { metadata: answersOf("US"), pixels, headers });
  assert.deepEqual(image.getPixelData(), pixels);
  assert.deepEqual([image.color, image.numberOfComponents, image.windowWidth], [true, 3, 256]);
  assert.equal(image.preScale.scaled, false);
});

test("colours of 16 bits lose the lower ones", async () => {
  const pixels = Uint16Array.from({ length: 18 }, (_, place) => place * 256 + 7);
  const headers = { "X-Samples": "3", "X-Photometric": "RGB" };
  const image = await loaded(createMetaprov, { metadata: answersOf("US"), pixels, headers });
  assert.deepEqual(image.getPixelData(), Uint8Array.from({ length: 18 }, (_, place) => place));
});

/** A palette that begins at 10. */
function paletteOf(red, green, blue, bits) {
  const descriptor = [red.length, 10, bits];
  return {
    redPaletteColorLookupTableDescriptor: descriptor,
    greenPaletteColorLookupTableDescriptor: descriptor,
    bluePaletteColorLookupTableDescriptor: descriptor,
    redPaletteColorLookupTableData: red,
    greenPaletteColorLookupTableData: green,
    bluePaletteColorLookupTableData: blue,
  };
}

const INDICES = Uint8Array.of(0, 10, 11, 12, 13, 255);
const PALETTES = [
  { name: "8 bits", bits: 8, palette: [[1, 2, 3], [4, 5, 6], [7, 8, 9]] },
  { name: "16 bits", bits: 16, palette: [[256, 512, 768], [1024, 1280, 1536], [1792, 2048, 2304]] },
  { name: "8 bits in 16", bits: 16, palette: [[1, 2, 3], [4, 5, 6], [7, 8, 9]] },
];

for (const { name, bits, palette } of PALETTES) {
  test(`a palette of ${name} gives colours, its ends beyond it`, async () => {
    const metadata = answersOf("US", { imagePixelModule: paletteOf(...palette, bits) });
    const headers = { "X-Bits-Allocated": "8", "X-Photometric": "PALETTE COLOR" };
    const image = await loaded(createMetaprov, { metadata, pixels: INDICES, headers });
    const [first, second, third] = [[1, 4, 7], [2, 5, 8], [3, 6, 9]];
    assert.deepEqual([...image.getPixelData()], [first, first, second, third, third, third].flat());
  });
}

test("windows, spacing and calibration are those of the answers", async () => {
  const metadata = answersOf("MR", {
    voiLutModule: { windowCenter: [40, 50], windowWidth: [400, 500], voiLUTFunction: "SIGMOID" },
    calibrationModule: { sequenceOfUltrasoundRegions: [{ physicalDeltaX: 0.02 }] },
  });
  const image = await loaded(createMetaprov, { metadata, pixels: RAMP });
  assert.deepEqual([image.windowCenter, image.windowWidth, image.voiLUTFunction], [40, 400, "SIGMOID"]);
  assert.deepEqual([image.rowPixelSpacing, image.columnPixelSpacing], [3, 0.8]);
  assert.deepEqual(image.calibration, metadata.calibrationModule);
});

test("without a window the extremes are one", async () => {
  const image = await loaded(createMetaprov, { metadata: answersOf("MR"), pixels: RAMP });
  assert.deepEqual([image.windowCenter, image.windowWidth], [32_768, 65_536]);
});

test("MONOCHROME1 is inverted", async () => {
  const [inverted, plain] = await Promise.all(
    ["MONOCHROME1", "MONOCHROME2"].map((photometric) =>
      loaded(createMetaprov, { metadata: answersOf("DX"), pixels: RAMP, headers: { "X-Photometric": photometric } }),
    ),
  );
  assert.deepEqual([inverted.invert, plain.invert], [true, false]);
});

const REFUSED = [
  { name: "bits that are not known", headers: { "X-Bits-Allocated": "12" }, says: /"12 0".*not known/ },
  { name: "too few bytes", headers: { "X-Rows": "3" }, says: /3 x 3 x 1 .* has 12 bytes/ },
  { name: "colours that are not known", headers: { "X-Samples": "3", "X-Rows": "1", "X-Columns": "2", "X-Photometric": "HSV" }, says: /HSV/ },
  { name: "half a palette", headers: { "X-Photometric": "PALETTE COLOR" }, says: /palette is missing/ },
];

for (const { name, headers, says } of REFUSED) {
  test(`${name}: refused, with the reason`, async () => {
    await assert.rejects(loaded(createMetaprov, { metadata: answersOf("US"), pixels: RAMP, headers }), says);
  });
}

test("a frame that the server refuses is its reason", async () => {
  const metaprov = createMetaprov({ url: "http://server/metaprov/api", fetch: fakeFetch({}).fetch });
  const { promise } = metaprov.imageLoader(fakeCore(metaprov.provider))("dicomfile:/none");
  await assert.rejects(promise, /frame\?id=dicomfile%3A%2Fnone: 404 it is not here/);
});

test("a load can be cancelled", async () => {
  const fetch = (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const metaprov = createMetaprov({ url: "http://server/metaprov/api", fetch });
  const { promise, cancelFn } = metaprov.imageLoader(fakeCore(metaprov.provider))("dicomfile:/a");
  cancelFn();
  await assert.rejects(promise, { name: "AbortError" });
});
