// Nanoseconds per metaData.get of Cornerstone3D, the last provider asked answering.
// Arguments: rounds, then how many providers. Run where @cornerstonejs/metadata is installed.
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
import path from "node:path";

const folder = path.join(process.cwd(), "node_modules", "@cornerstonejs", "metadata");
const { version } = JSON.parse(readFileSync(path.join(folder, "package.json")));
const metaData = await import(pathToFileURL(path.join(folder, "dist", "esm", "metaData.js")));
const [rounds, ...counts] = process.argv.slice(2).map(Number);

const imageIds = Array.from({ length: 1000 }, (_, i) => `wadors:https://archive.example.org/${i}/frames/1`);
const answers = new Map(imageIds.map((imageId) => [imageId, {}]));

// A provider as in the how-to: it looks at the type, then for the image.
const byType = (number) => {
  const served = `type${number}`;
  return (type, imageId) => (type === served ? answers.get(imageId) : undefined);
};

// A provider of a source: it looks whether the image is its own.
function byImage(number) {
  const own = new Map(imageIds.map((imageId) => [number ? `${imageId}/${number}` : imageId, { type0: {} }]));
  return (type, imageId) => own.get(imageId)?.[type];
}

function nanoseconds(provider, count) {
  metaData.removeAllProviders();
  // The one that answers has the lowest priority.
  for (let number = 0; number < count; number++) metaData.addProvider(provider(number), number);
  const times = [];
  for (let round = 0; round < rounds + 5; round++) {
    const started = process.hrtime.bigint();
    for (let turn = 0; turn < 20; turn++) {
      for (const imageId of imageIds) {
        if (metaData.get("type0", imageId) === undefined) throw new Error("no answer");
      }
    }
    times.push(Number(process.hrtime.bigint() - started) / 20 / imageIds.length);
  }
  const warm = times.slice(5).sort((a, b) => a - b);
  return warm[Math.floor(warm.length / 2)];
}

const figures = {};
for (const [name, provider] of Object.entries({ byType, byImage })) {
  for (const count of counts) figures[`${name} ${count}`] = nanoseconds(provider, count);
}
console.log(JSON.stringify({ version, node: process.version, figures }));
