import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readlink, realpath, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { stopLeftoverServer } from "./leftover-server.ts";
import { canEnter, type ServerUser } from "./server-user.ts";
import { isOwnFolder, temporaryBase } from "./temporary-base.ts";

const execute = promisify(execFile);

/** The path of a data directory's server folder, which may be a link. */
export function serverFolderLink(dataDir: string): string {
  return path.join(dataDir, "server");
}

/** The folder with the database files, inside a server folder. */
export function clusterFolder(serverFolder: string): string {
  return path.join(serverFolder, "cluster");
}

/**
 * Resolves to the real path of the folder with a data directory's cluster, password and log. Makes the folder if it is
 * missing.
 *
 * The folder is `<dataDir>/server`. If the server's account can't enter it, for instance under a folder of mode 700,
 * the folder is in the temporary directory. `<dataDir>/server` is then a link to it, and earlier content is moved
 * there.
 */
export async function prepareServerFolder(dataDir: string, user: ServerUser): Promise<string> {
  const link = serverFolderLink(dataDir);
  const key = createHash("sha256")
    .update(await realpath(dataDir))
    .digest("hex")
    .slice(0, 16);
  const keyedName = `postgres-${key}`;

  const linked = await readlink(link).catch(() => undefined);
  // A link with another key was copied with the clone, and leads to the data of the original.
  if (linked !== undefined && path.basename(linked) === keyedName) {
    if ((await isOwnFolder(path.dirname(linked))) && (await canEnter(user, linked))) return linked;
  }
  if (linked !== undefined) await rm(link);

  // Other accounts, such as the server's, may enter the folder but not list it.
  const mode = user ? 0o711 : 0o700;
  await chmod(dataDir, mode);
  await mkdir(link, { recursive: true });
  await chmod(link, mode);
  if (await canEnter(user, link)) return realpath(link);

  const outside = path.join(await temporaryBase(user), keyedName);
  // No link leads to this folder, so its data directory was removed.
  await stopLeftoverServer(clusterFolder(outside));
  await rm(outside, { recursive: true, force: true });
  await execute("mv", [link, outside]);
  await symlink(outside, link);
  return outside;
}
