import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PostgresStartError } from "./postgres-start-error.ts";

/** A folder that this process has locked until the release or its end, also by a kill. */
export interface FolderLock {
  release(): void;
}

/** The result code of SQLite for a file that another connection has locked (https://sqlite.org/rescode.html#busy). */
const sqliteBusy = 5;

/**
 * Locks an existing folder for this process. If another process or call has the lock, throws `already_running` with its
 * process id.
 *
 * The lock is an exclusive SQLite transaction on an empty file, because Node.js has no file locks. SQLite uses a lock
 * of the operating system, which a kill -9 releases. A file with a process id would stay after a kill, and another
 * process could get the id.
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
      `The sandbox is already running on ${folder}${describeHolder(holderFile)}. Use that sandbox, or stop it first.`,
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
