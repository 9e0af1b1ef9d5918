import { MODULES, type Module } from "./layers.ts";

/** The most files beside the `index.ts` of a module with folders. */
const MOST_FILES = 4;

/** Entries of `src` that `layers.ts` does not place, and places without an entry. `paths`: all files of `src`. */
export function placeFaults(paths: readonly string[], modules: readonly Module[] = MODULES): string[] {
  const faults: string[] = [];
  const found = new Set(paths.map((path) => path.split("/").slice(0, 2).join("/")));
  const expected = new Set([...modules.map(({ name }) => `src/${name}`), "src/main.ts"]);
  for (const entry of found) if (!expected.has(entry)) faults.push(`${entry} is no module of layers.ts`);
  for (const entry of expected) if (!found.has(entry)) faults.push(`${entry} has no file`);
  for (const module of modules) faults.push(...folderFaults(module, paths));
  return faults;
}

function folderFaults({ name, folders, files = [] }: Module, paths: readonly string[]): string[] {
  if (!folders) return [];
  const within = paths
    .filter((path) => path.startsWith(`src/${name}/`))
    .map((path) => path.split("/").slice(2));
  const found = new Set(within.map((parts) => (parts.length > 1 ? `${parts[0]}/` : `${parts[0]}`)));
  const expected = new Set([...folders.map((folder) => `${folder.name}/`), ...files, "index.ts"]);
  return [
    ...[...found].filter((each) => !expected.has(each)).map((each) => `src/${name}/${each} has no layer`),
    ...[...expected].filter((each) => !found.has(each)).map((each) => `src/${name}/${each} has no file`),
    ...(files.length > MOST_FILES ? [`src/${name} has more than ${MOST_FILES} files beside index.ts`] : []),
  ];
}

/**
 * The lines, counted from 1, with an inline type import such as `import("./file.ts").Name`. Biome's rule about imports
 * ignores these. It checks `await import(…)`, which loads a module at run time.
 */
export function inlineTypeImports(text: string): number[] {
  return text.split("\n").flatMap((line, index) => (/(?<!\bawait )\bimport\(/.test(line) ? [index + 1] : []));
}
