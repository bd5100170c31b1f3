/** A server and a Cornerstone that are made up. */

const PIXEL = { rows: 2, columns: 3, bitsAllocated: 16, bitsStored: 16, pixelRepresentation: 0 };

/** The answers of an image that has what every image has. */
export function answersOf(modality, metadata = {}) {
  return {
    generalSeriesModule: { modality, seriesInstanceUID: "1.2.3" },
    imagePixelModule: PIXEL,
    imagePlaneModule: {
      rows: 2,
      columns: 3,
      imageOrientationPatient: [0, 1, 0, 0, 0, -1],
      rowCosines: [0, 1, 0],
      columnCosines: [0, 0, -1],
      imagePositionPatient: [1, 2, 3],
      pixelSpacing: [3, 0.8],
      rowPixelSpacing: 3,
      columnPixelSpacing: 0.8,
    },
    ...metadata,
  };
}

/** Headers of `GET frame`, 2 rows of 3 pixels. */
export function headersOf(fields = {}) {
  return {
    "X-Rows": "2",
    "X-Columns": "3",
    "X-Samples": "1",
    "X-Bits-Allocated": "16",
    "X-Pixel-Representation": "0",
    "X-Photometric": "MONOCHROME2",
    ...fields,
  };
}

/**
 * A `fetch` that answers for images, and keeps what it was asked.
 *
 * @param {Record<string, {metadata?: object, errors?: object, pixels?: ArrayBufferView, headers?: object}>} served
 * @param {Record<string, any>} [answers] Of other paths.
 */
export function fakeFetch(served, answers = {}) {
  const requests = [];
  async function fetch(url, request = {}) {
    request.signal?.throwIfAborted();
    requests.push({ url, ...request });
    const { pathname, searchParams } = new URL(url);
    const path = pathname.replace("/metaprov/api/", "");
    if (path === "metadata") return Response.json(metadataOf(JSON.parse(request.body), served));
    if (path in answers) return Response.json(answers[path]);
    const image = served[searchParams.get("id")];
    if (path !== "frame" || !image) return Response.json({ error: "it is not here" }, { status: 404 });
    return new Response(image.pixels, { headers: headersOf(image.headers) });
  }
  return { fetch, requests };
}

function metadataOf({ imageIds, types }, served) {
  return imageIds.map((imageId) => {
    const { metadata = {}, errors = {} } = served[imageId] ?? {};
    const chosen = Object.entries(metadata).filter(([type]) => types.includes(type));
    return { imageId, metadata: Object.fromEntries(chosen), errors };
  });
}

/** What of `@cornerstonejs/core` an image loader uses. */
export function fakeCore(provider) {
  return {
    metaData: { get: provider },
    utilities: {
      VoxelManager: { createImageVoxelManager: (options) => options },
      windowLevel: {
        toWindowLevel: (low, high) => ({ windowWidth: high - low + 1, windowCenter: (low + high + 1) / 2 }),
      },
    },
  };
}

/** Loads the image "dicomfile:/a" of a server that has it alone. */
export async function loaded(createMetaprov, image, options) {
  const { fetch } = fakeFetch({ "dicomfile:/a": image });
  const metaprov = createMetaprov({ url: "http://server/metaprov/api", fetch });
  const core = fakeCore(metaprov.provider);
  return metaprov.imageLoader(core)("dicomfile:/a", options).promise;
}
