import { chmod, lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PostgresStartError } from "./postgres-start-error.ts";
import { canEnter, type ServerUser } from "./server-user.ts";

/**
 * Resolves to this account's folder for binaries and data outside the clone, for a server whose account can't reach the
 * clone. It is `incydr-chatops-<uid>` in the first usable temporary directory.
 *
 * Throws `folder_unreachable` if no directory is usable.
 */
export async function temporaryBase(user: ServerUser): Promise<string> {
  const parents = [...new Set([tmpdir(), "/tmp", "/var/tmp"])];
  for (const parent of parents) {
    const base = path.join(parent, `incydr-chatops-${process.geteuid?.() ?? "user"}`);
    await makeBase(base);
    if ((await isOwnFolder(base)) && (await canEnter(user, base))) return base;
  }
  throw new PostgresStartError(
    "folder_unreachable",
    `The server's account can reach neither this clone nor this account's folder in ${parents.join(", ")}. ` +
      "Set TMPDIR to a directory that every user may enter.",
  );
}

/** Whether a folder is no link, and only this account can write to it. Names in a temporary directory are guessable. */
export async function isOwnFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
}

async function makeBase(folder: string): Promise<void> {
  // `isOwnFolder` checks an existing folder, and rejects one that could not be made.
  const made = await mkdir(folder).then(
    () => true,
    () => false,
  );
  // The umask restricts the mode of `mkdir`.
  if (made) await chmod(folder, 0o711);
}
