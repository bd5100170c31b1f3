/** Each rule between what the server answers and what Cornerstone takes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createMetaprov } from "../metaprov.js";
import { answersOf, fakeFetch } from "./fakes.js";

const ID = "dicomfile:/a";

/** A provider that knows one image. */
async function providerOf(metadata) {
  const { fetch } = fakeFetch({ [ID]: { metadata } });
  const metaprov = createMetaprov({ url: "http://server/metaprov/api", fetch });
  await metaprov.prefetch([ID]);
  return (type) => metaprov.provider(type, ID);
}

test("fields that are null are left out, at any depth", async () => {
  const get = await providerOf(
    answersOf("MR", {
      voiLutModule: { windowCenter: [40], windowWidth: [400], voiLUTFunction: null },
      calibrationModule: { sequenceOfUltrasoundRegions: [{ regionDataType: 1, referencePixelX0: null }] },
    }),
  );
  assert.ok(!("voiLUTFunction" in get("voiLutModule")));
  assert.deepEqual(get("calibrationModule"), { sequenceOfUltrasoundRegions: [{ regionDataType: 1 }] });
});

test("null keeps its place in a list", async () => {
  const get = await providerOf(answersOf("PT", { petSeriesModule: { correctedImage: ["DECY", null, "ATTN"] } }));
  assert.deepEqual(get("petSeriesModule"), { correctedImage: ["DECY", null, "ATTN"] });
});

test("zero, false and empty texts are kept", async () => {
  const get = await providerOf(answersOf("CT", { modalityLutModule: { rescaleIntercept: 0, rescaleType: "" } }));
  assert.deepEqual(get("modalityLutModule"), { rescaleIntercept: 0, rescaleType: "" });
});

test("what one writes into an answer is not in the next", async () => {
  const get = await providerOf(answersOf("CT"));
  get("imagePlaneModule").calibration = { scale: 2 };
  assert.ok(!("calibration" in get("imagePlaneModule")));
});

test("plane, pixels and series of a known image are objects", async () => {
  const get = await providerOf({ sopCommonModule: { sopInstanceUID: "1.2" } });
  for (const type of ["imagePlaneModule", "imagePixelModule", "generalSeriesModule"]) {
    assert.equal(typeof get(type), "object", type);
  }
});

test("a plane without rows has those of the pixels", async () => {
  const get = await providerOf({ imagePixelModule: { rows: 2, columns: 3 } });
  const { rows, columns } = get("imagePlaneModule");
  assert.deepEqual([rows, columns], [2, 3]);
});

test("an unknown image has no answer", async () => {
  const { provider } = createMetaprov({ url: "http://server/metaprov/api", fetch: fakeFetch({}).fetch });
  assert.equal(provider("imagePlaneModule", "dicomfile:/other"), undefined);
  assert.equal(provider("imagePlaneModule", { not: "an id" }), undefined);
});

test("what is not known of a known image is left to other providers", async () => {
  const get = await providerOf(answersOf("CT"));
  for (const type of ["scalingModule", "voiLutModule", "imageRetrieveConfiguration"]) {
    assert.equal(get(type), undefined, type);
  }
});

test("a plane without place and direction has those of the axes, and its spacing", async () => {
  const get = await providerOf({ imagePlaneModule: { pixelSpacing: [3, 0.8], rowPixelSpacing: 3, columnPixelSpacing: 0.8 } });
  const plane = get("imagePlaneModule");
  assert.deepEqual(plane.imageOrientationPatient, [1, 0, 0, 0, 1, 0]);
  assert.deepEqual([plane.rowCosines, plane.columnCosines], [[1, 0, 0], [0, 1, 0]]);
  assert.deepEqual(plane.imagePositionPatient, [0, 0, 0]);
  assert.deepEqual([plane.rowPixelSpacing, plane.columnPixelSpacing], [3, 0.8]);
  assert.equal(plane.usingDefaultValues, false);
});

test("a spacing that is missing is 1, and said to be", async () => {
  const whole = answersOf("SC").imagePlaneModule;
  const get = await providerOf({
    imagePlaneModule: { ...whole, pixelSpacing: null, rowPixelSpacing: null, columnPixelSpacing: null },
  });
  const plane = get("imagePlaneModule");
  assert.deepEqual(plane.pixelSpacing, [1, 1]);
  assert.deepEqual([plane.rowPixelSpacing, plane.columnPixelSpacing], [1, 1]);
  assert.equal(plane.usingDefaultValues, true);
  assert.deepEqual(plane.imagePositionPatient, [1, 2, 3]);
});

test("a plane that is whole is kept as it is", async () => {
  const get = await providerOf(answersOf("MR"));
  assert.deepEqual(get("imagePlaneModule"), { ...answersOf("MR").imagePlaneModule, usingDefaultValues: false });
});

test("the calibration of a projection has its type, and is one object for all images", async () => {
  const plane = { ...answersOf("DX").imagePlaneModule, pixelSpacingCalibration: "ERMF" };
  const [one, other] = [await providerOf({ imagePlaneModule: plane }), await providerOf({ imagePlaneModule: plane })];
  assert.deepEqual(one("calibratedPixelSpacing"), { type: "ERMF" });
  assert.equal(one("calibratedPixelSpacing"), other("calibratedPixelSpacing"));
});

test("the spacing and the scale of a user are in the plane alone", async () => {
  const { imagePlaneModule } = answersOf("DX");
  const get = await providerOf({
    imagePlaneModule: { ...imagePlaneModule, pixelSpacingCalibration: "User" },
    calibratedPixelSpacing: { rowPixelSpacing: 6, columnPixelSpacing: 1.6, scale: 2, aspect: 2, tooltip: null },
  });
  assert.deepEqual(get("calibratedPixelSpacing"), { aspect: 2, type: "User" });
  assert.deepEqual(get("imagePlaneModule").pixelSpacing, [3, 0.8]);
});

test("a scale of no spacing is none", async () => {
  const get = await providerOf({ imagePlaneModule: { rows: 2 }, calibratedPixelSpacing: { scale: 2 } });
  assert.deepEqual(get("calibratedPixelSpacing"), {});
  assert.equal(get("imagePlaneModule").usingDefaultValues, true);
});

test("what is uncalibrated has no spacing, and says so", async () => {
  const get = await providerOf({
    imagePlaneModule: { rows: 2, pixelSpacing: null, pixelSpacingCalibration: "Uncalibrated" },
    calibratedPixelSpacing: { type: "Uncalibrated" },
  });
  assert.deepEqual(get("calibratedPixelSpacing"), { type: "Uncalibrated" });
  assert.equal(get("imagePlaneModule").usingDefaultValues, true);
});

test("an image that is no projection has no calibration", async () => {
  const get = await providerOf(answersOf("CT", { imagePlaneModule: { pixelSpacingCalibration: null } }));
  assert.equal(get("calibratedPixelSpacing"), undefined);
});

/** The edges of a ramp, as Cornerstone takes them of a window. */
function edgesOf({ windowCenter: [center], windowWidth: [width] }) {
  return [center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2];
}

function near(actual, expected) {
  actual.forEach((value, place) => assert.ok(Math.abs(value - expected[place]) < 1e-9, `${actual} is not ${expected}`));
}

const PT_FACTOR = 4e-4;
const WINDOWS = [
  // Edges in Bq/ml (PS3.3 C.11.2.1.2): LINEAR from center - 0.5 - (width - 1) / 2 on.
  { name: "LINEAR", edges: [10_000 - 0.5 - 19_999 / 2, 10_000 - 0.5 + 19_999 / 2] },
  { name: "LINEAR_EXACT", edges: [0, 20_000] },
];

for (const { name, edges } of WINDOWS) {
  test(`the ${name} window of a PT is in SUV`, async () => {
    const get = await providerOf(
      answersOf("PT", {
        scalingModule: { suvbw: PT_FACTOR },
        voiLutModule: { windowCenter: [10_000], windowWidth: [20_000], voiLUTFunction: name },
      }),
    );
    const voi = get("voiLutModule");
    near(edgesOf(voi), edges.map((edge) => edge * PT_FACTOR));
    assert.equal(voi.voiLUTFunction, "LINEAR");
  });
}

test("the window of a PT is by (C - 0.5) f + 0.5 and (W - 1) f + 1", async () => {
  const get = await providerOf(
    answersOf("PT", { scalingModule: { suvbw: 2 }, voiLutModule: { windowCenter: [100], windowWidth: [51] } }),
  );
  const { windowCenter, windowWidth } = get("voiLutModule");
  assert.deepEqual([windowCenter, windowWidth], [[199.5], [101]]);
});

test("the SIGMOID window of a PT scales as a whole", async () => {
  const get = await providerOf(
    answersOf("PT", {
      scalingModule: { suvbw: 0.5 },
      voiLutModule: { windowCenter: [100], windowWidth: [50], voiLUTFunction: "SIGMOID" },
    }),
  );
  assert.deepEqual(get("voiLutModule"), { windowCenter: [50], windowWidth: [25], voiLUTFunction: "SIGMOID" });
});

test("the window of a dose is in its unit", async () => {
  const get = await providerOf(
    answersOf("RTDOSE", {
      scalingModule: { doseGridScaling: 0.001 },
      voiLutModule: { windowCenter: [30_000], windowWidth: [60_000] },
    }),
  );
  near(edgesOf(get("voiLutModule")), [-0, 59.999]);
});

test("the windows of a CT, and of a PT without a factor, stay", async () => {
  const voiLutModule = { windowCenter: [40, 0.1], windowWidth: [400, 2.2], voiLUTFunction: "LINEAR" };
  for (const metadata of [answersOf("CT", { voiLutModule, scalingModule: { suvbw: 2 } }), answersOf("PT", { voiLutModule })]) {
    assert.deepEqual((await providerOf(metadata))("voiLutModule"), voiLutModule);
  }
});

test("a LINEAR_EXACT window becomes the LINEAR of its edges, which volumes take it for", async () => {
  const voiLutModule = { windowCenter: [50], windowWidth: [100], voiLUTFunction: "LINEAR_EXACT" };
  const voi = (await providerOf(answersOf("CT", { voiLutModule })))("voiLutModule");
  assert.deepEqual(edgesOf(voi), [0, 100]);
});

test("a window without its center or width leaves its place to the next", async () => {
  const get = await providerOf(
    answersOf("CT", {
      voiLutModule: {
        windowCenter: [null, 40, 50],
        windowWidth: [80, 400],
        windowCenterWidthExplanation: ["BRAIN", "ABDOMEN", "OTHER"],
      },
    }),
  );
  assert.deepEqual(get("voiLutModule"), {
    windowCenter: [40],
    windowWidth: [400],
    windowCenterWidthExplanation: ["ABDOMEN"],
  });
});

test("without a whole window there is none", async () => {
  const get = await providerOf(answersOf("CT", { voiLutModule: { windowCenter: [null], windowWidth: [80] } }));
  assert.deepEqual(get("voiLutModule"), {});
});

test("palettes are arrays of their bits", async () => {
  const imagePixelModule = {
    redPaletteColorLookupTableDescriptor: [2, 0, 8],
    redPaletteColorLookupTableData: [1, 255],
    greenPaletteColorLookupTableDescriptor: [2, 0, 16],
    greenPaletteColorLookupTableData: [1, 65535],
  };
  const pixel = (await providerOf(answersOf("US", { imagePixelModule })))("imagePixelModule");
  assert.deepEqual(pixel.redPaletteColorLookupTableData, Uint8Array.of(1, 255));
  assert.deepEqual(pixel.greenPaletteColorLookupTableData, Uint16Array.of(1, 65535));
  assert.ok(!("bluePaletteColorLookupTableData" in pixel));
});

test("a dose has the names that Cornerstone reads, and its own", async () => {
  const scalingModule = { doseGridScaling: 0.001, doseSummationType: "PLAN", doseType: "PHYSICAL", doseUnits: "GY" };
  assert.deepEqual((await providerOf(answersOf("RTDOSE", { scalingModule })))("scalingModule"), {
    ...scalingModule,
    DoseGridScaling: 0.001,
    DoseSummation: "PLAN",
    DoseType: "PHYSICAL",
    DoseUnit: "GY",
  });
});

test("a PT has no names of a dose", async () => {
  const get = await providerOf(answersOf("PT", { scalingModule: { suvbw: 2, doseGridScaling: null } }));
  assert.deepEqual(get("scalingModule"), { suvbw: 2 });
});

test("dates, times and names are texts", async () => {
  const generalStudyModule = { studyDate: "20200102", studyTime: "083015.25" };
  const patientModule = { patientName: "Doe^Jane", patientBirthDate: "19750101" };
  const get = await providerOf(answersOf("CT", { generalStudyModule, patientModule }));
  assert.deepEqual(get("generalStudyModule"), generalStudyModule);
  assert.deepEqual(get("patientModule"), patientModule);
});
