// Writes the rules of Biome, the tables of CONTRIBUTING.md and the picture of docs/architecture.md about modules and
// layers. With --check it only compares them, and checks that each file of src belongs to a module, and that no import
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
    faults.push(`${path} is not what scripts/layers/layers.ts says; npm run layers brings it up to date`);
}

const paths = globSync("src/**/*.ts", { cwd: root }).sort();
faults.push(...placeFaults(paths));
for (const path of paths) {
  for (const line of inlineTypeImports(read(path)))
    faults.push(`${path}:${line}: write \`import type { … } from\`, so that the rules about imports see it`);
}

for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
