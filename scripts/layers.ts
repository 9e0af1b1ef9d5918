// Checks that every folder and file of src falls under a rule about imports, and that no import evades them.

import { globSync, readdirSync, readFileSync } from "node:fs";
import { inlineTypeImports, type LayerRules, unruledEntries } from "./rooms/room-faults.ts";

const root = new URL("..", import.meta.url);
// Biome itself reads this file, and refuses another shape.
const rules = JSON.parse(readFileSync(new URL("biome.layers.json", root), "utf8")) as LayerRules;

const unruled = unruledEntries(rules, readdirSync(new URL("src", root)));
const inline = globSync("src/**/*.ts", { cwd: root }).flatMap((path) =>
  inlineTypeImports(readFileSync(new URL(path, root), "utf8")).map((line) => `${path}:${line}`),
);

for (const entry of unruled) {
  process.stderr.write(`src/${entry}: no rule of biome.layers.json says what it may import\n`);
}
for (const place of inline) {
  process.stderr.write(
    `${place}: write \`import type { … } from\`, so that the rules about imports see it\n`,
  );
}
process.exitCode = unruled.length + inline.length === 0 ? 0 : 1;
