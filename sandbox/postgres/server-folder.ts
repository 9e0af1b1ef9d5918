import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readlink, realpath, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { stopLeftoverServer } from "./leftover-server.ts";
import { canEnter, type ServerUser } from "./server-user.ts";
import { isOwnFolder, temporaryBase } from "./temporary-base.ts";

const execute = promisify(execFile);

/** The path by which a data directory's server folder is found, wherever it really lies. */
export function serverFolderLink(dataDir: string): string {
  return path.join(dataDir, "server");
}

/** The folder with the database files, inside a server folder. */
export function clusterFolder(serverFolder: string): string {
  return path.join(serverFolder, "cluster");
}

/**
 * Answers the real path of the folder that holds a data directory's cluster, password and log, making it
 * where it is missing.
 *
 * It is `<dataDir>/server`. Where the server's account can't enter that, for instance in a clone under a
 * folder of mode 700, it is a folder in the temporary directory, named by the data directory's path, that
 * `<dataDir>/server` then links to; what was there before is moved along.
 */
export async function prepareServerFolder(dataDir: string, user: ServerUser): Promise<string> {
  const link = serverFolderLink(dataDir);
  const key = createHash("sha256")
    .update(await realpath(dataDir))
    .digest("hex")
    .slice(0, 16);
  const keyedName = `postgres-${key}`;

  const linked = await readlink(link).catch(() => undefined);
  // A link with another key came with a copy of the clone, and leads to the data of the original.
  if (linked !== undefined && path.basename(linked) === keyedName) {
    if ((await isOwnFolder(path.dirname(linked))) && (await canEnter(user, linked))) return linked;
  }
  if (linked !== undefined) await rm(link);

  // Other accounts, among them the server's, may enter the folder but not list it.
  const mode = user ? 0o711 : 0o700;
  await chmod(dataDir, mode);
  await mkdir(link, { recursive: true });
  await chmod(link, mode);
  if (await canEnter(user, link)) return realpath(link);

  const outside = path.join(await temporaryBase(user), keyedName);
  // No link leads to it, so its data directory was removed, and this data belonged to it.
  await stopLeftoverServer(clusterFolder(outside));
  await rm(outside, { recursive: true, force: true });
  await execute("mv", [link, outside]);
  await symlink(outside, link);
  return outside;
}
