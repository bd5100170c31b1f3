/**
 * Bundles Cornerstone3D for the inspector, and writes the licences of what is in it.
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
  const { name, version, license } = JSON.parse(await readFile(join(HERE, folder, "package.json"), "utf8"));
  licences.push(`${name} ${version} (${license ?? "see below"})\n\n${await licenceIn(join(HERE, folder))}`);
}
await mkdir(VENDOR, { recursive: true });
await writeFile(join(VENDOR, "LICENSES.txt"), `${licences.join(`\n\n${"-".repeat(72)}\n\n`)}\n`);

/** @param {string} folder Of a package. */
async function licenceIn(folder) {
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  return file ? (await readFile(join(folder, file), "utf8")).trim() : "(the package has no text of its licence)";
}
