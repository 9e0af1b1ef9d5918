import { beforeAll, describe, expect, it } from "vitest";
import { MODULES, type Module, mayImport, mayImportPackage } from "../../../scripts/layers/layers.ts";
import { linesBreaking } from "./lines-breaking.ts";

const modules = MODULES.map(({ name }) => name);

/** Packages as they are imported, by their name in `layers.ts`. */
const specifiers: Record<string, string> = {
  "@cedar-policy/*": "@cedar-policy/cedar-wasm/nodejs",
  "@slack/*": "@slack/bolt",
  "csv-stringify": "csv-stringify/sync",
};
const packages = MODULES.flatMap((module) => module.packages ?? []);

/** One line each; the names in it differ from line to line. */
const forms: Record<string, (specifier: string, line: number) => string> = {
  "a value": (specifier, line) =>
    `import { planted${line} } from "${specifier}"; export const kept${line} = planted${line};`,
  "a type": (specifier, line) =>
    `import type { Planted${line} } from "${specifier}"; export type Kept${line} = Planted${line};`,
  "a type beside a value": (specifier, line) =>
    `import { type Planted${line} } from "${specifier}"; export type Kept${line} = Planted${line};`,
  "a re-exported type": (specifier, line) => `export type { Planted${line} } from "${specifier}";`,
  "a module at run time": (specifier, line) => `export const kept${line} = await import("${specifier}");`,
};

/** Imports that must be refused whatever `layers.ts` says. */
const UPWARD = [
  ["src/change-requests/policy/upward.ts", "../decisions/decide.ts"],
  ["src/change-requests/model/upward.ts", "../ports/storage.ts"],
  ["src/slack/texts/upward.ts", "../views/notice-view.ts"],
  ["src/incydr/http/upward.ts", "../client/incydr-client.ts"],
  ["src/slack/posting/upward.ts", "../../jobs/index.ts"],
  ["src/persistence/upward.ts", "../change-requests/model/change.ts"],
] as const;

interface Plant {
  readonly path: string;
  readonly specifier: string;
  readonly isAllowed: boolean;
}

/** By where it stands, such as `src/main.ts:1`. */
const planted = new Map<string, Plant & { readonly text: string }>();
/** The lines of each file: Biome takes as long for a file with one line as for one with a hundred. */
const files = new Map<string, string[]>();
let forbidden: ReadonlySet<string>;

function plant(form: string, { path, specifier, isAllowed }: Plant): void {
  const lines = files.get(path) ?? [];
  files.set(path, lines);
  const line = lines.length + 1;
  const text = forms[form]?.(specifier, line) ?? "";
  lines.push(text);
  planted.set(`${path}:${line}`, { path, specifier, isAllowed, text });
}

for (const form of Object.keys(forms)) {
  for (const module of MODULES) {
    for (const other of MODULES) plantModules(form, module, other);
    for (const name of packages) {
      const isAllowed = mayImportPackage(module, name);
      const specifier = specifiers[name] ?? name;
      plant(form, { path: `src/${module.name}/package.ts`, specifier, isAllowed });
      for (const folder of module.folders ?? [])
        plant(form, { path: `src/${module.name}/${folder.name}/package.ts`, specifier, isAllowed });
    }
    plantFolders(form, module);
    plant(form, { path: `src/${module.name}/entry.ts`, specifier: "../main.ts", isAllowed: false });
    for (const outside of ["sandbox/slack", "test/support", "scripts"]) {
      plant(form, {
        path: `src/${module.name}/outside.ts`,
        specifier: `../../${outside}/file.ts`,
        isAllowed: false,
      });
    }
    plant(form, { path: "src/main.ts", specifier: `./${module.name}/index.ts`, isAllowed: true });
    plant(form, {
      path: "src/main.ts",
      specifier: `./${module.name}/file.ts`,
      isAllowed: module.isOpen === true,
    });
    plant(form, {
      path: "sandbox/slack/server.ts",
      specifier: `../../src/${module.name}/file.ts`,
      isAllowed: false,
    });
    plant(form, {
      path: `test/unit/${module.name}/rule.test.ts`,
      specifier: `../../../src/${module.name}/file.ts`,
      isAllowed: true,
    });
  }
  plant(form, { path: "sandbox/run.ts", specifier: "../src/main.ts", isAllowed: false });
  plant(form, { path: "sandbox/slack/server.ts", specifier: "../postgres/file.ts", isAllowed: true });
  plant(form, {
    path: "test/scenario/rule.test.ts",
    specifier: "../../sandbox/slack/file.ts",
    isAllowed: true,
  });
  for (const [path, specifier] of UPWARD) plant(form, { path, specifier, isAllowed: false });
}

/** Another module through its `index.ts`, and past it, from a module itself and from each of its folders. */
function plantModules(form: string, { name, folders = [], ...module }: Module, other: Module): void {
  if (name === other.name) return;
  const isIndexAllowed = mayImport({ name, folders, ...module }, other);
  const isFileAllowed = isIndexAllowed && other.isOpen === true;
  const files = [
    ["near.ts", ".."],
    ["inner/far.ts", "../.."],
    ...folders.map((folder) => [`${folder.name}/far.ts`, "../.."]),
  ];
  for (const [file, up] of files) {
    const path = `src/${name}/${file}`;
    plant(form, { path, specifier: `${up}/${other.name}/index.ts`, isAllowed: isIndexAllowed });
    plant(form, { path, specifier: `${up}/${other.name}/file.ts`, isAllowed: isFileAllowed });
    plant(form, { path, specifier: `${up}/${other.name}/inner/file.ts`, isAllowed: isFileAllowed });
  }
}

/** Each folder of a module from each other one, and the files above them. */
function plantFolders(form: string, { name, folders = [], files = [] }: Module): void {
  for (const [height, folder] of folders.entries()) {
    const [near, deep] = [`src/${name}/${folder.name}/near.ts`, `src/${name}/${folder.name}/inner/deep.ts`];
    for (const [otherHeight, other] of folders.entries()) {
      if (other === folder) continue;
      const isAllowed = otherHeight < height;
      plant(form, { path: near, specifier: `../${other.name}/file.ts`, isAllowed });
      plant(form, { path: deep, specifier: `../../${other.name}/file.ts`, isAllowed });
    }
    plant(form, { path: near, specifier: "./file.ts", isAllowed: true });
    for (const file of [...files, "index.ts"]) {
      plant(form, { path: near, specifier: `../${file}`, isAllowed: false });
      plant(form, { path: deep, specifier: `../../${file}`, isAllowed: false });
      plant(form, { path: `src/${name}/above.ts`, specifier: `./${folder.name}/file.ts`, isAllowed: true });
    }
  }
}

beforeAll(async () => {
  forbidden = await linesBreaking(
    "style/noRestrictedImports",
    Object.fromEntries([...files].map(([path, lines]) => [path, `${lines.join("\n")}\n`])),
  );
});

function wronglyJudged(prefix: string): string[] {
  return [...planted]
    .filter(([place, { isAllowed }]) => place.startsWith(prefix) && isAllowed === forbidden.has(place))
    .map(([, one]) => `${one.isAllowed ? "refused" : "let through"}: ${one.path}: ${one.text}`);
}

describe.each(modules)("the module %s", (module) => {
  it("imports values and types of lower modules through their index.ts and of its lower folders, and is refused any other import", () => {
    expect(wronglyJudged(`src/${module}/`)).toEqual([]);
  });
});

it("has no module that every import is allowed to", () => {
  for (const module of modules) {
    expect([...forbidden].some((path) => path.startsWith(`src/${module}/`))).toBe(true);
  }
  expect([...forbidden].some((path) => path.startsWith("test/"))).toBe(false);
});

it("lets the entry point import modules, the tests everything, and the sandbox nothing of src", () => {
  expect(wronglyJudged("src/main")).toEqual([]);
  expect(wronglyJudged("sandbox/")).toEqual([]);
  expect(wronglyJudged("test/")).toEqual([]);
});

it("lets config, the entry point and what lies outside src see process.env, and no other module", async () => {
  const text = "export const port = process.env.PORT;\n";
  const seeing = ["src/config/a.ts", "src/main.ts", "sandbox/a.ts", "test/unit/a.ts", "scripts/a.ts"];
  const blind = modules.filter((module) => module !== "config").map((module) => `src/${module}/a.ts`);
  const files = Object.fromEntries([...seeing, ...blind].map((path) => [path, text]));
  const lines = await linesBreaking("style/noProcessEnv", files);
  expect([...lines].sort()).toEqual(blind.map((path) => `${path}:1`).sort());
});

it("refuses an import cycle, of types as well as of values", async () => {
  const lines = await linesBreaking("suspicious/noImportCycles", {
    "src/kernel/a.ts": 'import type { B } from "./b.ts";\nexport type A = B | null;\n',
    "src/kernel/b.ts": 'export type { A } from "./a.ts";\nexport type B = string;\n',
    "src/kernel/c.ts": 'export type { A } from "./a.ts";\n',
  });
  expect([...lines].sort()).toEqual(["src/kernel/a.ts:1", "src/kernel/b.ts:1"]);
});
