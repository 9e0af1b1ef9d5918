import { mkdir, readdir, realpath, rm, stat } from "node:fs/promises";
import { type CreateDatabaseOptions, createDatabase, dropDatabase } from "./database-admin.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { initialiseCluster } from "./initialise-cluster.ts";
import { type LaunchedServer, launchServer } from "./launch-server.ts";
import { stopLeftoverServer } from "./leftover-server.ts";
import { findPostgresBinaries } from "./postgres-binaries.ts";
import { PostgresStartError } from "./postgres-start-error.ts";
import { clusterFolder, prepareServerFolder, serverFolderLink } from "./server-folder.ts";
import { chooseServerUser } from "./server-user.ts";

export interface PostgresOptions {
  /** The folder for everything the server keeps, made if missing; it belongs to one server at a time. */
  readonly dataDir: string;
  /**
   * Whether the data outlive the server. If not, `dataDir` must be new or empty, and it is removed whole when
   * the server ends, also when this process was killed.
   */
  readonly persistent: boolean;
  /** Whether a commit is flushed to disk; default: as `persistent`. */
  readonly durable?: boolean;
  /** Whether to begin with an empty cluster, removing an earlier one; default: false. */
  readonly fresh?: boolean;
  /** The data directory of a server that doesn't run, a copy of whose cluster to begin with instead of an empty one. */
  readonly copyOf?: string;
  /** Answers the port on 127.0.0.1 to try next, up to five times; default: one that is free at the moment. */
  readonly choosePort?: () => Promise<number>;
  /** Is told what a person who waits may like to know, a sentence at a time. */
  readonly log?: (message: string) => void;
}

/** A running PostgreSQL server, which ends at the latest with this process, however that ends. */
export interface PostgresServer extends AsyncDisposable {
  /** The port on 127.0.0.1. */
  readonly port: number;
  /** Resolves when the server has ended, asked to or not. */
  readonly ended: Promise<void>;
  /** A URL with the superuser's password: keep it out of logs. */
  connectionString(database: string): string;
  /** Makes a database; throws PostgreSQL's error 42P04 if it exists, unless told to leave it. */
  createDatabase(name: string, options?: CreateDatabaseOptions): Promise<void>;
  /** Removes a database if it exists, ending the connections to it. */
  dropDatabase(name: string): Promise<void>;
  /** Shuts the server down fast, ending open connections; may be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL from npm on 127.0.0.1 and a free port, as any user including root, from a clone
 * that its account may not be able to reach, and over whatever a killed run has left in `dataDir`.
 *
 * Throws `PostgresStartError`; with `already_running` when a living process has a server on `dataDir`.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { persistent, durable = persistent } = options;
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  await assertOurs(dataDir);
  if (!persistent) await assertEmpty(dataDir);
  const lock = lockFolder(dataDir);
  try {
    return await startLocked({ ...options, dataDir, durable }, lock);
  } catch (error) {
    if (!persistent) await removeDataDir(dataDir);
    lock.release();
    throw error;
  }
}

async function startLocked(
  options: PostgresOptions & { readonly durable: boolean },
  lock: FolderLock,
): Promise<PostgresServer> {
  const { dataDir, persistent, durable, fresh = false, copyOf, choosePort, log = () => undefined } = options;
  const earlierFolder = serverFolderLink(dataDir);
  await stopLeftoverServer(clusterFolder(earlierFolder));

  const user = await chooseServerUser(clusterFolder(earlierFolder));
  const binaries = await findPostgresBinaries(user);
  const serverFolder = await prepareServerFolder(dataDir, user);
  if (serverFolder !== earlierFolder)
    log(`The server's account can't enter ${dataDir}: its files are in ${serverFolder}.`);
  if (fresh) await rm(clusterFolder(serverFolder), { recursive: true, force: true });
  const { password, created } = await initialiseCluster({ serverFolder, binaries, user, durable, copyOf });
  if (created) log("Made a new database cluster.");

  const removeAfterwards = persistent ? [] : [serverFolder, dataDir];
  const launched = await launchServer({
    serverFolder,
    binaries,
    user,
    password,
    durable,
    removeAfterwards,
    choosePort,
  });
  log(`PostgreSQL ${binaries.majorVersion} runs on 127.0.0.1:${launched.port}.`);
  return serverHandle(launched, async () => {
    // Only a watchdog that was killed leaves a server behind.
    await stopLeftoverServer(clusterFolder(serverFolder));
    if (!persistent) await removeDataDir(dataDir);
    lock.release();
  });
}

function serverHandle(launched: LaunchedServer, cleanUp: () => Promise<void>): PostgresServer {
  const admin = launched.connectionString("postgres");
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= launched.shutDown().then(cleanUp);
    return stopped;
  };
  return {
    port: launched.port,
    ended: launched.ended,
    connectionString: launched.connectionString,
    createDatabase: (name, options) => createDatabase(admin, name, options),
    dropDatabase: (name) => dropDatabase(admin, name),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Removes a data directory and, where its server folder is a link, what that leads to. */
async function removeDataDir(dataDir: string): Promise<void> {
  const serverFolder = await realpath(serverFolderLink(dataDir)).catch(() => dataDir);
  for (const folder of [serverFolder, dataDir]) await rm(folder, { recursive: true, force: true });
}

async function assertOurs(folder: string): Promise<void> {
  const ownUid = process.geteuid?.();
  const { uid } = await stat(folder);
  if (ownUid === 0 || uid === ownUid) return;
  throw new PostgresStartError(
    "folder_not_ours",
    `${folder} belongs to the user with id ${uid}, for instance because an earlier run was started as root. ` +
      "Start as that user or as root, or remove the folder.",
  );
}

async function assertEmpty(folder: string): Promise<void> {
  if ((await readdir(folder)).length === 0) return;
  throw new PostgresStartError(
    "folder_not_empty",
    `${folder} isn't empty; a server that removes its folder needs one of its own.`,
  );
}
