import { beforeAll, describe, expect, it } from "vitest";
import { linesBreaking } from "./lines-breaking.ts";

/** The rooms of `src` with what each may import of the others. Everything else is upward or sideways. */
const floor0 = ["kernel", "config", "observability"];
const floors0And1 = [...floor0, "authorization", "audit", "incydr"];
const domain = [...floors0And1, "subjects", "change-requests"];
const adapters = [...domain, "persistence", "slack", "jobs"];
const importableBy: Record<string, readonly string[]> = {
  kernel: [],
  config: ["kernel"],
  observability: ["kernel"],
  authorization: floor0,
  audit: floor0,
  incydr: floor0,
  subjects: floors0And1,
  "change-requests": [...floors0And1, "subjects"],
  persistence: domain,
  slack: [...domain, "persistence"],
  jobs: [...domain, "persistence"],
  app: adapters,
  cli: [...adapters, "app"],
};
const rooms = Object.keys(importableBy);

/** Packages that only some rooms may import: the room is the place to learn what they do. */
const packageOwners: Record<string, readonly string[]> = {
  axios: ["incydr"],
  bottleneck: ["incydr"],
  ioredis: ["incydr"],
  "@cedar-policy/cedar-wasm/nodejs": ["authorization"],
  kysely: ["persistence", "jobs", "app"],
  pg: ["persistence", "jobs", "app"],
  "pg-boss": ["persistence", "jobs", "app"],
  "@slack/bolt": ["slack", "app"],
  "@slack/types": ["slack", "app"],
  pino: ["observability"],
  "prom-client": ["observability"],
  dotenv: ["config"],
  commander: ["cli"],
  "csv-stringify/sync": ["change-requests"],
};

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
  for (const room of rooms) {
    for (const other of rooms) {
      const isAllowed = room === other || importableBy[room]?.includes(other) === true;
      plant(form, { path: `src/${room}/near.ts`, specifier: `../${other}/file.ts`, isAllowed });
      plant(form, { path: `src/${room}/inner/far.ts`, specifier: `../../${other}/inner/file.ts`, isAllowed });
    }
    for (const [name, owners] of Object.entries(packageOwners)) {
      plant(form, { path: `src/${room}/package.ts`, specifier: name, isAllowed: owners.includes(room) });
    }
    plant(form, { path: `src/${room}/entry.ts`, specifier: "../main.ts", isAllowed: false });
    for (const outside of ["sandbox/slack", "test/support", "scripts"]) {
      plant(form, {
        path: `src/${room}/outside.ts`,
        specifier: `../../${outside}/file.ts`,
        isAllowed: false,
      });
    }
    plant(form, { path: "src/main.ts", specifier: `./${room}/file.ts`, isAllowed: true });
    plant(form, {
      path: "sandbox/slack/server.ts",
      specifier: `../../src/${room}/file.ts`,
      isAllowed: false,
    });
    plant(form, {
      path: `test/unit/${room}/rule.test.ts`,
      specifier: `../../../src/${room}/file.ts`,
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
}

beforeAll(async () => {
  forbidden = await linesBreaking(
    "noRestrictedImports",
    Object.fromEntries([...files].map(([path, lines]) => [path, `${lines.join("\n")}\n`])),
  );
});

function wronglyJudged(prefix: string): string[] {
  return [...planted]
    .filter(([place, { isAllowed }]) => place.startsWith(prefix) && isAllowed === forbidden.has(place))
    .map(([, one]) => `${one.isAllowed ? "refused" : "let through"}: ${one.path}: ${one.text}`);
}

describe.each(rooms)("the room %s", (room) => {
  it("imports values and types of the rooms below it, and is caught importing any other, a package or a folder that isn't its own", () => {
    expect(wronglyJudged(`src/${room}/`)).toEqual([]);
  });
});

it("has no room that every import is allowed to, or that none is", () => {
  for (const room of rooms) {
    expect([...forbidden].some((path) => path.startsWith(`src/${room}/`))).toBe(true);
  }
  expect([...forbidden].some((path) => path.startsWith("test/"))).toBe(false);
});

it("lets the entry point import rooms, the tests everything, and the sandbox nothing of src", () => {
  expect(wronglyJudged("src/main")).toEqual([]);
  expect(wronglyJudged("sandbox/")).toEqual([]);
  expect(wronglyJudged("test/")).toEqual([]);
});

it("lets config, the entry point and what lies outside src see process.env, and no other room", async () => {
  const text = "export const port = process.env.PORT;\n";
  const seeing = ["src/config/a.ts", "src/main.ts", "sandbox/a.ts", "test/unit/a.ts", "scripts/a.ts"];
  const blind = rooms.filter((room) => room !== "config").map((room) => `src/${room}/a.ts`);
  const files = Object.fromEntries([...seeing, ...blind].map((path) => [path, text]));
  const lines = await linesBreaking("noProcessEnv", files);
  expect([...lines].sort()).toEqual(blind.map((path) => `${path}:1`).sort());
});
