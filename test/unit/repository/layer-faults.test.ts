import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inlineTypeImports, placeFaults } from "../../../scripts/layers/layer-faults.ts";
import type { Module } from "../../../scripts/layers/layers.ts";

const root = new URL("../../..", import.meta.url);

const modules: readonly Module[] = [
  { name: "kernel", layer: 0, task: "the clock" },
  {
    name: "slack",
    layer: 1,
    task: "a card",
    folders: [{ name: "texts", holds: "sentences" }],
    files: ["app.ts"],
  },
];
const sound = [
  "src/kernel/clock.ts",
  "src/slack/texts/a.ts",
  "src/slack/app.ts",
  "src/slack/index.ts",
  "src/main.ts",
];

describe("the check of layers", () => {
  it("accepts each file of src", () => {
    expect(placeFaults(globSync("src/**/*.ts", { cwd: root }))).toEqual([]);
  });

  it.each([
    ["a folder of src that is no module", ["src/lounge/a.ts"], ["src/lounge is no module of layers.ts"]],
    [
      "a file of src that is not the entry point",
      ["src/server.ts"],
      ["src/server.ts is no module of layers.ts"],
    ],
    ["a folder without a layer", ["src/slack/files/a.ts"], ["src/slack/files/ has no layer"]],
    ["a file beside the folders without a layer", ["src/slack/tell.ts"], ["src/slack/tell.ts has no layer"]],
  ])("reports %s", (_, more, faults) => {
    expect(placeFaults(sound, modules)).toEqual([]);
    expect(placeFaults([...sound, ...more], modules)).toEqual(faults);
  });

  it("reports a module, a folder and a file that don't exist", () => {
    expect(placeFaults(["src/slack/index.ts", "src/main.ts"], modules)).toEqual([
      "src/kernel has no file",
      "src/slack/texts/ has no file",
      "src/slack/app.ts has no file",
    ]);
  });

  it("reports more than four files beside an index.ts", () => {
    const files = ["a.ts", "b.ts", "c.ts", "d.ts", "e.ts"];
    const paths = ["src/main.ts", "src/slack/index.ts", ...files.map((file) => `src/slack/${file}`)];
    const crowded: Module = { name: "slack", layer: 0, task: "a card", folders: [], files };
    expect(placeFaults(paths, [crowded])).toEqual(["src/slack has more than 4 files beside index.ts"]);
  });

  it.each([
    'let a: import("../slack/x.ts").Name;',
    'type T = typeof import("../slack/x.ts");',
    "const a = [import('../slack/x.ts')];",
  ])("reports an import that the rules about imports don't see: %s", (line) => {
    expect(inlineTypeImports(`\n${line}\n`)).toEqual([2]);
  });

  it("accepts a module that is awaited, and import statements", () => {
    expect(inlineTypeImports('const a = await import("pg");\nimport { b } from "./b.ts";')).toEqual([]);
  });
});
