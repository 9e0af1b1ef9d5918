import { beforeAll, describe, expect, it } from "vitest";
import { MODULES, type Module, mayImport, mayImportPackage } from "../../../scripts/layers/layers.ts";
import { linesBreaking } from "./lines-breaking.ts";

const modules = MODULES.map(({ name }) => name);

/** The specifiers of packages, by their name in `layers.ts`. */
const specifiers: Record<string, string> = {
  "@cedar-policy/*": "@cedar-policy/cedar-wasm/nodejs",
  "@slack/*": "@slack/bolt",
  "csv-stringify": "csv-stringify/sync",
};
const packages = MODULES.flatMap((module) => module.packages ?? []);

/** The forms of an import, each one line; the names in it differ from line to line. */
const forms: readonly ((specifier: string, line: number) => string)[] = [
  (from, line) => `import { planted${line} } from "${from}"; export const kept${line} = planted${line};`,
  (from, line) => `import type { Planted${line} } from "${from}"; export type Kept${line} = Planted${line};`,
  (from, line) => `import { type Planted${line} } from "${from}"; export type Kept${line} = Planted${line};`,
  (from, line) => `export type { Planted${line} } from "${from}";`,
  (from, line) => `export const kept${line} = await import("${from}");`,
];

/** The file that imports, the specifier, and whether it may. */
type Import = readonly [path: string, specifier: string, isAllowed: boolean];

const IMPORTS: readonly Import[] = [
  // Imports that must be refused even if `layers.ts` permits them.
  ["src/change-requests/policy/upward.ts", "../decisions/decide.ts", false],
  ["src/change-requests/model/upward.ts", "../ports/storage.ts", false],
  ["src/slack/texts/upward.ts", "../views/notice-view.ts", false],
  ["src/incydr/http/upward.ts", "../client/incydr-client.ts", false],
  ["src/slack/posting/upward.ts", "../../jobs/index.ts", false],
  ["src/persistence/upward.ts", "../change-requests/model/change.ts", false],
  ["sandbox/run.ts", "../src/main.ts", false],
  ["sandbox/slack/server.ts", "../postgres/file.ts", true],
  ["test/scenario/rule.test.ts", "../../sandbox/slack/file.ts", true],
  ...MODULES.flatMap((module) => [
    ...MODULES.flatMap((other) => moduleImports(module, other)),
    ...packages.flatMap((name) => packageImports(module, name)),
    ...folderImports(module),
    ...outsideImports(module),
  ]),
];

/** Another module through its `index.ts`, and past it, from a module itself and from each of its folders. */
function moduleImports(module: Module, other: Module): Import[] {
  const { name, folders = [] } = module;
  if (name === other.name) return [];
  const isIndexAllowed = mayImport(module, other);
  const isFileAllowed = isIndexAllowed && other.isOpen === true;
  const places = [
    ["near.ts", ".."],
    ["inner/far.ts", "../.."],
    ...folders.map((folder) => [`${folder.name}/far.ts`, "../.."]),
  ];
  return places.flatMap(([file, up]): Import[] => [
    [`src/${name}/${file}`, `${up}/${other.name}/index.ts`, isIndexAllowed],
    [`src/${name}/${file}`, `${up}/${other.name}/file.ts`, isFileAllowed],
    [`src/${name}/${file}`, `${up}/${other.name}/inner/file.ts`, isFileAllowed],
  ]);
}

/** A package, from a module itself and from each of its folders. */
function packageImports(module: Module, name: string): Import[] {
  const places = [module.name, ...(module.folders ?? []).map((folder) => `${module.name}/${folder.name}`)];
  const isAllowed = mayImportPackage(module, name);
  return places.map((place) => [`src/${place}/package.ts`, specifiers[name] ?? name, isAllowed]);
}

/** Each folder of a module from each other one, and the files above them. */
function folderImports({ name, folders = [], files = [] }: Module): Import[] {
  return folders.flatMap((folder, height) => {
    const [near, deep] = [`src/${name}/${folder.name}/near.ts`, `src/${name}/${folder.name}/inner/deep.ts`];
    return [
      ...folders.flatMap((other, otherHeight): Import[] => [
        [near, other === folder ? "./file.ts" : `../${other.name}/file.ts`, otherHeight <= height],
        [deep, other === folder ? "./file.ts" : `../../${other.name}/file.ts`, otherHeight <= height],
      ]),
      ...[...files, "index.ts"].flatMap((file): Import[] => [
        [near, `../${file}`, false],
        [deep, `../../${file}`, false],
        [`src/${name}/above.ts`, `./${folder.name}/file.ts`, true],
      ]),
    ];
  });
}

/** Files outside the modules from a module, and its files from them. */
function outsideImports({ name, isOpen = false }: Module): Import[] {
  return [
    [`src/${name}/entry.ts`, "../main.ts", false],
    [`src/${name}/outside.ts`, "../../sandbox/slack/file.ts", false],
    [`src/${name}/outside.ts`, "../../test/support/file.ts", false],
    [`src/${name}/outside.ts`, "../../scripts/file.ts", false],
    ["src/main.ts", `./${name}/index.ts`, true],
    ["src/main.ts", `./${name}/file.ts`, isOpen],
    ["sandbox/slack/server.ts", `../../src/${name}/file.ts`, false],
    [`test/unit/${name}/rule.test.ts`, `../../../src/${name}/file.ts`, true],
  ];
}

/** The lines of each file: Biome takes as long for a file with one line as for one with a hundred. */
const files = new Map<string, string[]>();
/** Each import in each form, by its place, such as `src/main.ts:1`. */
const planted = new Map<string, { readonly isAllowed: boolean; readonly text: string }>();
for (const form of forms) {
  for (const [path, specifier, isAllowed] of IMPORTS) {
    const lines = files.get(path) ?? [];
    const text = form(specifier, lines.length + 1);
    files.set(path, [...lines, text]);
    planted.set(`${path}:${lines.length + 1}`, { isAllowed, text });
  }
}

let forbidden: ReadonlySet<string>;
beforeAll(async () => {
  forbidden = await linesBreaking(
    "style/noRestrictedImports",
    Object.fromEntries([...files].map(([path, lines]) => [path, `${lines.join("\n")}\n`])),
  );
});

function wronglyJudged(prefix: string): string[] {
  return [...planted]
    .filter(([place, { isAllowed }]) => place.startsWith(prefix) && isAllowed === forbidden.has(place))
    .map(([place, one]) => `${one.isAllowed ? "refused" : "let through"}: ${place}: ${one.text}`);
}

describe.each(modules)("the module %s", (module) => {
  it("imports lower modules through their index.ts and its own lower folders, and is refused any other import", () => {
    expect(wronglyJudged(`src/${module}/`)).toEqual([]);
    expect([...forbidden].some((path) => path.startsWith(`src/${module}/`))).toBe(true);
  });
});

it("the entry point imports modules, the tests import everything, and the sandbox nothing of src", () => {
  expect(["src/main", "sandbox/", "test/"].flatMap(wronglyJudged)).toEqual([]);
});

it("config, the entry point and files outside src read process.env, and no other module does", async () => {
  const text = "export const port = process.env.PORT;\n";
  const seeing = ["src/config/a.ts", "src/main.ts", "sandbox/a.ts", "test/unit/a.ts", "scripts/a.ts"];
  const blind = modules.filter((module) => module !== "config").map((module) => `src/${module}/a.ts`);
  const files = Object.fromEntries([...seeing, ...blind].map((path) => [path, text]));
  const lines = await linesBreaking("style/noProcessEnv", files);
  expect([...lines].sort()).toEqual(blind.map((path) => `${path}:1`).sort());
});

it("an import cycle is refused, of types as well as of values", async () => {
  const lines = await linesBreaking("suspicious/noImportCycles", {
    "src/kernel/a.ts": 'import type { B } from "./b.ts";\nexport type A = B | null;\n',
    "src/kernel/b.ts": 'export type { A } from "./a.ts";\nexport type B = string;\n',
    "src/kernel/c.ts": 'export type { A } from "./a.ts";\n',
  });
  expect([...lines].sort()).toEqual(["src/kernel/a.ts:1", "src/kernel/b.ts:1"]);
});
