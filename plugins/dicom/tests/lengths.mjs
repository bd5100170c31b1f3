// The lengths of 10 columns and of 10 rows as the tools of Cornerstone3D measure them, with their
// unit: `node lengths.mjs getCalibratedUnits.js < images.json`.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { getCalibratedLengthUnitsAndScale } = await import(pathToFileURL(process.argv[2]).href);

/** As BaseTool.calculateLengthInIndex, which needs a browser, sums one line. */
function lengthOf(image, [dx, dy]) {
  const [x, y] = image.start ?? [0, 0];
  const { scale, scaleY, unit } = getCalibratedLengthUnitsAndScale(image, [
    [x, y, 0],
    [x + dx, y + dy, 0],
  ]);
  return { length: Math.hypot(dx / scale, dy / scaleY), unit };
}

const images = JSON.parse(readFileSync(0, "utf8"));
const measured = images.map((image) => ({ columns: lengthOf(image, [10, 0]), rows: lengthOf(image, [0, 10]) }));
console.log(JSON.stringify(measured));
