/**
 * Bundles Cornerstone3D for inspector and notebooks, and writes the licences of what is in it.
 *
 *     npm install && node build.js
 */

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const VENDOR = join(HERE, "../metaprov_serve/inspector/page/vendor");
/** Parts of Node.js that codecs and writers name, and no browser has. */
const OF_NODE = ["buffer", "crypto", "events", "fs", "module", "os", "path", "stream", "url", "util"];

/** The page's policy has no styles in attributes; set by a script they are none. */
const stylesByScript = {
  name: "styles-by-script",
  setup({ onLoad }) {
    onLoad({ filter: /drawTextBox\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const contents = text.replace("setAttribute('style', combinedStyle)", "style.cssText = combinedStyle");
      if (contents === text) throw new Error(`${path}: its style is no longer set where it was`);
      return { contents };
    });
  },
};

const { metafile } = await build({
  absWorkingDir: HERE,
  entryPoints: ["cornerstone.js"],
  outdir: VENDOR,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
  legalComments: "none",
  logLevel: "error",
  alias: Object.fromEntries(OF_NODE.map((name) => [name, join(HERE, "nothing.js")])),
  plugins: [stylesByScript],
});

/** The folders of the packages that bytes of the bundle are from. */
const [{ inputs }] = Object.values(metafile.outputs);
const folders = Object.entries(inputs)
  .filter(([path, { bytesInOutput }]) => path.includes("node_modules/") && bytesInOutput)
  .map(([path]) => path.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)[0]);

const licences = [];
for (const folder of [...new Set(folders)].sort()) {
  const about = JSON.parse(await readFile(join(HERE, folder, "package.json"), "utf8"));
  licences.push(`${about.name} ${about.version} (${about.license})\n\n${await licenceIn(join(HERE, folder), about)}`);
}
await mkdir(VENDOR, { recursive: true });
await writeFile(join(VENDOR, "LICENSES.txt"), `${licences.join(`\n\n${"-".repeat(72)}\n\n`)}\n`);

/** The text in a package; some name MIT, and have no text of it. */
async function licenceIn(folder, { name, license, author }) {
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  if (file) return (await readFile(join(folder, file), "utf8")).trim();
  if (license !== "MIT") throw new Error(`${name}: its licence, ${license}, has no text`);
  const mit = await readFile(join(HERE, "mit.txt"), "utf8");
  return mit.replace("HOLDER", author?.name ?? author ?? `the authors of ${name}`).trim();
}
