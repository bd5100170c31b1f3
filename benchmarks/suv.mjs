// calculate-suv on series that come as JSON on stdin: { all: [series], timed: series }.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const { calculateSUVScalingFactors } = require("@cornerstonejs/calculate-suv");
console.warn = () => {};

function outcome(series) {
  try {
    return calculateSUVScalingFactors(series).map((factors) =>
      Object.fromEntries(Object.entries(factors).map(([kind, factor]) => [kind, String(factor)])),
    );
  } catch {
    return null;
  }
}

function median(series, rounds) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    calculateSUVScalingFactors(series);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[rounds >> 1];
}

const { all, timed } = JSON.parse(readFileSync(0, "utf8"));
const { version } = require("@cornerstonejs/calculate-suv/package.json");
console.log(JSON.stringify({ version, outcomes: all.map(outcome), ms: median(timed, 41) }));
