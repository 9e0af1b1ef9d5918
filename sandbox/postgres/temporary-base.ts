import { chmod, lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PostgresStartError } from "./postgres-start-error.ts";
import { canEnter, type ServerUser } from "./server-user.ts";

/**
 * Answers the folder outside the clone that this account keeps binaries and data in, for a server whose
 * account can't reach the clone: `incydr-chatops-<uid>` in the first usable temporary directory.
 *
 * Throws `folder_unreachable` when there is none.
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
    `The server's account can reach neither this clone nor a folder of ours in ${parents.join(", ")}. ` +
      "Set TMPDIR to a directory that every user may enter.",
  );
}

/** Whether a folder is a real one that this account alone writes to; names in a temporary directory are guessable. */
export async function isOwnFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
}

async function makeBase(folder: string): Promise<void> {
  // A folder that exists is judged by `isOwnFolder`; one that can't be made doesn't pass it either.
  const made = await mkdir(folder).then(
    () => true,
    () => false,
  );
  // The mode that `mkdir` is given is cut by the umask.
  if (made) await chmod(folder, 0o711);
}
