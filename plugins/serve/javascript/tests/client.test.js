/** What is asked of the server, and how. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createMetaprov, TYPES, valueAt } from "../metaprov.js";
import { answersOf, fakeFetch } from "./fakes.js";

const URL_OF_API = "http://server/metaprov/api";

test("the images of a source are asked for by its name", async () => {
  const { fetch, requests } = fakeFetch({}, { images: ["dicomfile:/a b"] });
  assert.deepEqual(await createMetaprov({ url: `${URL_OF_API}/`, fetch }).images("/data/a b"), ["dicomfile:/a b"]);
  assert.equal(requests[0].url, `${URL_OF_API}/images?source=%2Fdata%2Fa+b`);
});

test("the API is beside the file where nothing else is said", async () => {
  const requests = [];
  const fetch = async (url) => requests.push(url) && Response.json([]);
  await createMetaprov({ fetch }).images();
  assert.deepEqual(requests, [new URL("../api/images", import.meta.url).href]);
});

test("without a source, all images are asked for", async () => {
  const { fetch, requests } = fakeFetch({}, { images: [] });
  await createMetaprov({ url: URL_OF_API, fetch }).images();
  assert.equal(requests[0].url, `${URL_OF_API}/images`);
});

test("an explanation is asked for by id and type", async () => {
  const { fetch, requests } = fakeFetch({}, { explain: { rows: [] } });
  const { explain } = createMetaprov({ url: URL_OF_API, fetch });
  assert.deepEqual(await explain("scalingModule", "dicomfile:/a?frame=2", { all: true }), { rows: [] });
  assert.equal(requests[0].url, `${URL_OF_API}/explain?id=dicomfile%3A%2Fa%3Fframe%3D2&type=scalingModule&all=1`);
});

test("headers are sent with each request, those of a function anew", async () => {
  const { fetch, requests } = fakeFetch({ a: {} }, { images: [] });
  let count = 0;
  const metaprov = createMetaprov({ url: URL_OF_API, fetch, headers: () => ({ Authorization: `Bearer ${++count}` }) });
  await metaprov.images();
  await metaprov.prefetch(["a"]);
  assert.deepEqual(requests.map(({ headers }) => headers.Authorization), ["Bearer 1", "Bearer 2"]);
  assert.equal(requests[1].headers["Content-Type"], "application/json");
});

test("what is known is not asked for again, and an id once", async () => {
  const served = { a: { metadata: answersOf("CT") }, b: { metadata: answersOf("CT") } };
  const { fetch, requests } = fakeFetch(served);
  const { prefetch } = createMetaprov({ url: URL_OF_API, fetch });
  await prefetch(["a", "a"]);
  await prefetch(["a", "b"]);
  await prefetch(["a", "b"]);
  assert.deepEqual(requests.map(({ body }) => JSON.parse(body).imageIds), [["a"], ["b"]]);
});

test("the types given are asked for, and those that the rules need", async () => {
  const { fetch, requests } = fakeFetch({ a: {} });
  await createMetaprov({ url: URL_OF_API, fetch, types: ["PatientAge", "scalingModule"] }).prefetch(["a"]);
  const { types } = JSON.parse(requests[0].body);
  assert.deepEqual(types.slice(0, 2), ["PatientAge", "scalingModule"]);
  assert.ok(["imagePlaneModule", "generalSeriesModule", "voiLutModule"].every((type) => types.includes(type)));
  assert.equal(new Set(types).size, types.length);
});

test("many images are asked for in several requests", async () => {
  const imageIds = Array.from({ length: 2001 }, (_, place) => `dicomfile:/${place}`);
  const { fetch, requests } = fakeFetch({});
  await createMetaprov({ url: URL_OF_API, fetch }).prefetch(imageIds);
  assert.deepEqual(requests.flatMap(({ body }) => JSON.parse(body).imageIds), imageIds);
  assert.ok(requests.every(({ body }) => JSON.parse(body).imageIds.length * TYPES.length <= 200_000));
  assert.ok(requests.length > 1);
});

test("what failed is told, and known as far as it was answered", async () => {
  const errors = { scalingModule: { error: "MetadataReadError", message: "it is cut off" } };
  const { fetch } = fakeFetch({ a: { metadata: answersOf("PT"), errors }, b: { errors }, c: { metadata: answersOf("PT") } });
  const { prefetch, provider } = createMetaprov({ url: URL_OF_API, fetch });
  assert.deepEqual(await prefetch(["a", "b", "c"]), [{ imageId: "a", errors }, { imageId: "b", errors }]);
  assert.equal(provider("generalSeriesModule", "a").modality, "PT");
  assert.equal(provider("imagePlaneModule", "b"), undefined);
});

test("fetching ahead can be given up", async () => {
  const { fetch } = fakeFetch({ a: {} });
  const { prefetch } = createMetaprov({ url: URL_OF_API, fetch });
  await assert.rejects(prefetch(["a"], AbortSignal.abort()), { name: "AbortError" });
});

test("a refusal is the status and the server's reason", async () => {
  const { fetch } = fakeFetch({});
  await assert.rejects(createMetaprov({ url: URL_OF_API, fetch }).images("/etc"), /images\?source=%2Fetc: 404 it is not here/);
});

/** A viewport over pixels whose index is the world, in mm, divided by the spacing. */
function viewportOf([columnSpacing, rowSpacing], dimensions) {
  return {
    canvasToWorld: ([x, y]) => Float32Array.of(x, y, 0),
    getImageData: () => ({
      dimensions,
      imageData: { worldToIndex: ([x, y, z]) => Float32Array.of(x / columnSpacing, y / rowSpacing, z) },
      voxelManager: { getAtIJK: (...index) => index },
    }),
  };
}

test("a value is that of the pixel whose center is nearest", () => {
  const { value, index, world } = valueAt(viewportOf([0.5, 3], [10, 10, 1]), [2.2, 4.6]);
  assert.deepEqual([value, index], [[4, 2, 0], [4, 2, 0]]);
  assert.deepEqual(world, [...Float32Array.of(2.2, 4.6, 0)]);
});

test("beside the image, and before there is one, there is no value", () => {
  assert.equal(valueAt(viewportOf([1, 1], [10, 10, 1]), [-1, 0]), undefined);
  assert.equal(valueAt(viewportOf([1, 1], [10, 10, 1]), [0, 10]), undefined);
  assert.equal(valueAt({ canvasToWorld: () => [0, 0, 0], getImageData: () => undefined }, [0, 0]), undefined);
});
