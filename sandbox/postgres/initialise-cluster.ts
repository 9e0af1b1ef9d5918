import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { PostgresStartError } from "./postgres-start-error.ts";
import { clusterFolder, serverFolderLink } from "./server-folder.ts";
import { runAsServerUser, type ServerUser } from "./server-user.ts";

const execute = promisify(execFile);

/** The only role of the server, a superuser. */
export const serverRole = "postgres";

/**
 * Makes the cluster in a server folder if it is missing, and resolves to the password of `postgres`. The password has
 * 192 random bits. It is in the file `password` beside the cluster, and only the server's account can read it.
 *
 * The finished cluster is moved into place, so a killed run leaves no incomplete cluster. Without `durable`, nothing is
 * flushed to disk. Throws `other_version` if the cluster is of another major version.
 */
export async function initialiseCluster(options: {
  serverFolder: string;
  binaries: PostgresBinaries;
  user: ServerUser;
  durable: boolean;
  /** The data directory of a stopped server. If set, its cluster and password are copied. */
  copyOf?: string | undefined;
}): Promise<{ password: string; created: boolean }> {
  const { serverFolder, binaries, user, durable, copyOf } = options;
  const cluster = clusterFolder(serverFolder);
  const passwordFile = path.join(serverFolder, "password");
  const version = await readFile(path.join(cluster, "PG_VERSION"), "utf8").catch(() => undefined);
  if (version !== undefined) {
    assertSameVersion(Number(version), binaries.majorVersion, serverFolder);
    return { password: (await readFile(passwordFile, "utf8")).trim(), created: false };
  }

  await emptyFolder(serverFolder);
  const unfinished = path.join(serverFolder, `unfinished-${randomBytes(4).toString("hex")}`);
  if (copyOf !== undefined) {
    // Node's `cp` would make this account the owner of the files, but the server's account must own them.
    const from = serverFolderLink(copyOf);
    await execute("cp", ["-a", path.join(from, "password"), passwordFile]);
    await execute("cp", ["-a", clusterFolder(from), unfinished]);
    await rename(unfinished, cluster);
    return { password: (await readFile(passwordFile, "utf8")).trim(), created: true };
  }
  const password = randomBytes(24).toString("hex");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await mkdir(unfinished, { mode: 0o700 });
  if (user) {
    await chown(passwordFile, user.uid, user.gid);
    await chown(unfinished, user.uid, user.gid);
  }
  await runAsServerUser(user, binaries.initdb, [
    `--pgdata=${unfinished}`,
    `--username=${serverRole}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    // More iterations slow down guesses of a weak password, but also each connection. This password can't be guessed.
    "--set=scram_iterations=1",
    "--encoding=UTF8",
    // With this locale, sorting and letter case don't depend on the machine.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    ...(durable ? [] : ["--no-sync"]),
  ]).catch((cause: Error) => {
    throw new PostgresStartError(
      "start_failed",
      `initdb failed in ${serverFolder}: ${cause.message.trim()}`,
      { cause },
    );
  });
  await rename(unfinished, cluster);
  return { password, created: true };
}

function assertSameVersion(found: number, wanted: number, serverFolder: string): void {
  if (found === wanted) return;
  throw new PostgresStartError(
    "other_version",
    `PostgreSQL ${found} made ${serverFolder}, but this is PostgreSQL ${wanted}. Remove the folder to start with an empty database.`,
  );
}

async function emptyFolder(folder: string): Promise<void> {
  const entries = await readdir(folder);
  // An initdb with a killed parent may still write for a moment.
  const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 };
  await Promise.all(entries.map((entry) => rm(path.join(folder, entry), options)));
}
