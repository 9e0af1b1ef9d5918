import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PostgresStartError } from "./postgres-start-error.ts";

/** A folder locked by this process until it is released or the process ends, also by a kill. */
export interface FolderLock {
  release(): void;
}

/** The result code of SQLite for a file that another connection holds (https://sqlite.org/rescode.html#busy). */
const sqliteBusy = 5;

/**
 * Takes an existing folder for this process alone; throws `already_running`, with the holder's process id,
 * when another process or another call holds it.
 *
 * The lock is an exclusive SQLite transaction on an empty file: Node offers no file lock of its own, and
 * this one is the operating system's, which a kill -9 releases. A file with a process id in it is left
 * behind by a kill, and its id may by then belong to something else.
 */
export function lockFolder(folder: string): FolderLock {
  const holderFile = path.join(folder, "lock-holder");
  const database = new DatabaseSync(path.join(folder, "lock"));
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    if (!(cause instanceof Error && "errcode" in cause && cause.errcode === sqliteBusy)) throw cause;
    throw new PostgresStartError(
      "already_running",
      `The sandbox is already running on ${folder}${describeHolder(holderFile)}. Use that one, or stop it first.`,
      { cause },
    );
  }
  writeFileSync(holderFile, `${process.pid}\n`);
  return { release: () => database.close() };
}

function describeHolder(holderFile: string): string {
  try {
    return ` (process ${readFileSync(holderFile, "utf8").trim()})`;
  } catch {
    return "";
  }
}
