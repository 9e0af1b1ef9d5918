import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The part of Biome's JSON report that is read here. */
interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

/**
 * Writes files (path to text) into an empty folder under this repository's Biome configuration, and returns
 * the lines, such as `src/main.ts:1`, that break the rule.
 */
export async function linesBreaking(
  rule: "style/noRestrictedImports" | "style/noProcessEnv" | "suspicious/noImportCycles",
  files: Readonly<Record<string, string>>,
): Promise<Set<string>> {
  const folder = await mkdtemp(join(tmpdir(), "lines-breaking-"));
  try {
    for (const name of ["biome.json", "biome.layers.json"]) await cp(join(root, name), join(folder, name));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const report = await lint(folder);
    const broken = report.diagnostics.filter((found) => found.category === `lint/${rule}`);
    return new Set(broken.map(({ location }) => `${location.path}:${location.start.line}`));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function lint(folder: string): Promise<Report> {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none"];
  return new Promise((resolve, reject) => {
    // Biome exits with 1 if it finds faults. The faults are the result here.
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64_000_000 }, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(error ?? new Error(`Biome printed no report: ${stdout.slice(0, 200)}`));
      }
    });
  });
}
