// Writes Biome's rules about layers, the tables of modules in CONTRIBUTING.md and the picture in docs/architecture.md.
// With --check it only compares them. It also checks that each file of src belongs to a module, and that no import
// evades the rules.

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { biomeRules } from "./layers/biome-rules.ts";
import { inlineTypeImports, placeFaults } from "./layers/layer-faults.ts";
import { layerTables } from "./layers/layer-tables.ts";
import { layerPicture } from "./pages/layer-picture.ts";
import { withParts } from "./pages/page-parts.ts";

const root = new URL("..", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const isCheck = process.argv.includes("--check");
const faults: string[] = [];

const page = "CONTRIBUTING.md";
const architecture = "docs/architecture.md";
for (const [path, wanted] of [
  ["biome.layers.json", biomeRules()],
  [page, withParts(page, read(page), layerTables())],
  [architecture, withParts(architecture, read(architecture), { picture: layerPicture() })],
] as const) {
  if (!isCheck) writeFileSync(new URL(path, root), wanted);
  else if (read(path) !== wanted)
    faults.push(`${path} does not match scripts/layers/layers.ts. To update it, run: npm run layers`);
}

const paths = globSync("src/**/*.ts", { cwd: root }).sort();
faults.push(...placeFaults(paths));
for (const path of paths) {
  for (const line of inlineTypeImports(read(path)))
    faults.push(
      `${path}:${line}: write \`import type { … } from\`, because the rules about imports ignore inline imports`,
    );
}

for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
