import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const sources = path.join(root, "src");
const page = readFileSync(path.join(root, "docs/architecture.md"), "utf8");

/** The names of the walks of docs/architecture.md. */
export const WALKS = ["command", "approval", "audit"] as const;

/** The files of a walk, in order, from `src`. */
export function filesOfWalk(name: (typeof WALKS)[number]): string[] {
  const begin = page.indexOf(`<!-- walk: ${name} -->`);
  const end = page.indexOf("<!-- /walk -->", begin);
  if (begin < 0 || end < 0) throw new Error(`docs/architecture.md has no walk ${name}.`);
  return [...page.slice(begin, end).matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = ""]) => file);
}

/**
 * The files of a walk that no earlier file of the walk leads to. An earlier file leads to a file in these cases:
 *
 * - The earlier file imports it.
 * - `app` passes the result of a function of the file to the earlier file, under a name that the earlier file uses.
 * - `app` starts the file's part with a result of the earlier file. For example, it starts the workers with the queue.
 */
export function unreachedFiles(walk: readonly string[]): string[] {
  return walk.filter((file, index) => {
    const earlier = walk.slice(0, index);
    return (
      !existsSync(path.join(sources, file)) || (index > 0 && !earlier.some((each) => leadsTo(each, file)))
    );
  });
}

const leadsTo = remembered((from: string, to: string) => {
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(codeOf(from));
  return importedBy(from).has(to) || namesOf(to).some(uses) || isStartedWith(to, from);
});

const COMPOSITION = globSync("app/*.ts", { cwd: sources })
  .concat("slack/slack-app.ts", "incydr/client/incydr-client.ts")
  .map((file) => codeOf(file))
  .join("\n");

/** The names under which `app` passes on the results of a file's functions. */
const namesOf = remembered((file: string) => {
  const made = exportsOf(file).flatMap((name) => namesGivenTo(`(?:await )?${name}\\(`));
  return [...made, ...made.flatMap((name) => namesGivenTo(`.*\\b${name}\\b`))];
});

/** `name: value` or `name = value`. */
function namesGivenTo(value: string): string[] {
  return [...COMPOSITION.matchAll(new RegExp(`(\\w+)(?::| =) ${value}`, "g"))].map(([, name = ""]) => name);
}

/** Whether `app` calls a `start…` function of a file with a result of another file. */
function isStartedWith(file: string, maker: string): boolean {
  const calls = exportsOf(file)
    .filter((name) => name.startsWith("start"))
    .map((name) => COMPOSITION.split(`${name}({`)[1]?.split("});")[0] ?? "");
  return calls.some((call) => namesOf(maker).some((name) => new RegExp(`: ${name}\\b`).test(call)));
}

/** The files that a file imports from, also through the `index.ts` of a module. */
const importedBy = remembered((file: string): ReadonlySet<string> => {
  const imports = codeOf(file).matchAll(/^import (?:type )?\{([^}]*)\} from "(\.[^"]+)"/gm);
  return new Set(
    [...imports].flatMap(([, names = "", from = ""]) => {
      const target = path.join(path.dirname(file), from);
      return path.basename(target) === "index.ts" ? declaringFiles(target, namesIn(names)) : [target];
    }),
  );
});

/** The files that declare some of these exports of an `index.ts`. */
function declaringFiles(index: string, names: readonly string[]): string[] {
  const exported = codeOf(index).matchAll(/^export (?:type )?(\*|\{[^}]*\}) from "([^"]+)"/gm);
  return [...exported].flatMap(([, what = "", from = ""]) => {
    const target = path.join(path.dirname(index), from);
    const offered = what === "*" ? exportsOf(target) : namesIn(what.slice(1, -1));
    return offered.some((name) => names.includes(name)) ? [target] : [];
  });
}

function exportsOf(file: string): string[] {
  const declared = codeOf(file).matchAll(
    /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm,
  );
  return [...declared].map(([, name = ""]) => name);
}

/** `a, type B, c as d`: a, B, c. */
function namesIn(list: string): string[] {
  return [...list.matchAll(/(?:^|,)\s*(?:type )?(\w+)/g)].map(([, name = ""]) => name);
}

/** A source without its comments. */
function codeOf(file: string): string {
  return readFileSync(path.join(sources, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** Adds a cache to a function that reads texts. */
function remembered<T>(read: (...texts: string[]) => T): (...texts: string[]) => T {
  const known = new Map<string, T>();
  return (...texts) => {
    const key = texts.join(" ");
    const value = known.get(key) ?? read(...texts);
    known.set(key, value);
    return value;
  };
}
