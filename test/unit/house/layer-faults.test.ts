import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inlineTypeImports, type LayerRules, unruledEntries } from "../../../scripts/rooms/room-faults.ts";

const root = new URL("../../..", import.meta.url);
// Biome itself reads this file, and refuses another shape.
const rules = JSON.parse(readFileSync(new URL("biome.layers.json", root), "utf8")) as LayerRules;

describe("the check of rooms", () => {
  it("finds a rule for each folder and file of src", () => {
    expect(unruledEntries(rules, readdirSync(new URL("src", root)))).toEqual([]);
  });

  it("reports a folder or a file of src that no rule names", () => {
    expect(unruledEntries(rules, ["kernel", "lounge", "main.ts", "server.ts"])).toEqual([
      "lounge",
      "server.ts",
    ]);
  });

  it.each([
    'let a: import("../slack/x.ts").Name;',
    'type T = typeof import("../slack/x.ts");',
    "const a = [import('../slack/x.ts')];",
  ])("reports %s, which the rules about imports don't see", (line) => {
    expect(inlineTypeImports(`\n${line}\n`)).toEqual([2]);
  });

  it("accepts a module that is awaited, and import statements", () => {
    expect(inlineTypeImports('const a = await import("pg");\nimport { b } from "./b.ts";')).toEqual([]);
  });
});
