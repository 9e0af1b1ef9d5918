import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

/** A part of a source file that never ran. */
export interface Unused {
  /** Relative to the root. */
  readonly path: string;
  readonly line: number;
  /** Its first line. */
  readonly text: string;
  readonly whole: string;
}

/** The functions of a script with the number of runs of each range, as V8's profiler reports them. */
export interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/**
 * Runs `work`, which loads the scripts below `of`. Resolves to its result and the coverage of every script.
 * @throws if a script below `of` was loaded before, because V8 does not count functions that were compiled earlier.
 */
export async function withCoverage<T>(
  of: URL,
  work: () => Promise<T>,
): Promise<{ made: T; scripts: ScriptCoverage[] }> {
  const session = new Session();
  session.connect();
  const [early] = (await loadedScripts(session)).filter((url) => url.startsWith(of.href));
  if (early !== undefined)
    throw new Error(`${early} was loaded before the measurement of its coverage. Import it later.`);
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const made = await work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  return { made, scripts: result };
}

/** The addresses of the loaded scripts. */
async function loadedScripts(session: Session): Promise<string[]> {
  const urls: string[] = [];
  session.on("Debugger.scriptParsed", ({ params }) => urls.push(params.url));
  await session.post("Debugger.enable");
  await session.post("Debugger.disable");
  return urls;
}

/** The parts of sources that never ran, outermost first. A source with functions that was never loaded is one part. */
export function unusedParts(
  root: URL,
  sources: Readonly<Record<string, string>>,
  scripts: readonly ScriptCoverage[],
): Unused[] {
  const base = fileURLToPath(root);
  const byPath = new Map(
    scripts
      .filter(({ url }) => url.startsWith("file:"))
      .map((script) => [fileURLToPath(script.url).slice(base.length), script]),
  );
  return Object.entries(sources).flatMap(([path, text]) => {
    const script = byPath.get(path);
    if (script) return unusedIn(path, text, script);
    // V8 drops a script without functions after it has run.
    return FUNCTION.test(text) ? [{ path, line: 1, text: "the whole file", whole: text }] : [];
  });
}

const FUNCTION = /\bfunction\b|=>/;

/** Node.js replaces types by blanks, so offsets in the compiled script equal those in the source. */
function unusedIn(path: string, text: string, { functions }: ScriptCoverage): Unused[] {
  const never = functions
    .flatMap(({ ranges }) => ranges.filter(({ count }) => count === 0))
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const found: Unused[] = [];
  let coveredTo = -1;
  for (const { startOffset, endOffset } of never) {
    if (startOffset < coveredTo) continue;
    coveredTo = endOffset;
    const part = text.slice(startOffset, endOffset);
    // A range may contain only the brace after a `return`.
    if (!/[\p{L}\p{N}]/u.test(part)) continue;
    const line = text.slice(0, startOffset + (part.length - part.trimStart().length)).split("\n").length;
    found.push({ path, line, text: part.trim().split("\n", 1)[0] ?? "", whole: part });
  }
  return found;
}
