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
  /** The folder for all data of the server, made if missing. Only one server may use it. */
  readonly dataDir: string;
  /**
   * Whether to keep the data after the server ends. If not, `dataDir` must be new or empty. It is removed when the
   * server ends, also if this process was killed.
   */
  readonly persistent: boolean;
  /** Whether commits are flushed to disk; default: as `persistent`. */
  readonly durable?: boolean;
  /** Whether to remove an earlier cluster first; default: false. */
  readonly fresh?: boolean;
  /** The data directory of a stopped server. If set, the server starts with a copy of its cluster. */
  readonly copyOf?: string;
  /** Returns the next port on 127.0.0.1 to try, up to five times; default: a free port. */
  readonly choosePort?: () => Promise<number>;
  /** Called with progress messages for a person, one sentence each. */
  readonly log?: (message: string) => void;
}

/** A running PostgreSQL server. It ends with this process at the latest, also if this process is killed. */
export interface PostgresServer extends AsyncDisposable {
  /** The port on 127.0.0.1. */
  readonly port: number;
  /** Resolves when the server has ended, on request or not. A restart doesn't count. */
  readonly ended: Promise<void>;
  /** A URL with the superuser's password. Keep it out of logs. */
  connectionString(database: string): string;
  /** Makes a database. Throws PostgreSQL's error 42P04 if it exists, unless `unlessExists` is set. */
  createDatabase(name: string, options?: CreateDatabaseOptions): Promise<void>;
  /** Removes a database if it exists, and ends the connections to it. */
  dropDatabase(name: string): Promise<void>;
  /**
   * Shuts the server down fast and starts it again on the same port. Works only with `persistent`, because the end of
   * another server removes its data. Resolves when the server accepts connections.
   */
  restart(): Promise<void>;
  /** Shuts the server down fast, and ends open connections. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL from npm on 127.0.0.1 and a free port.
 * - Any account can call it. For root, the server runs under another account, because PostgreSQL refuses root.
 * - This clone of the repository may be in a folder that the server's account can't read.
 * - If a killed run has left files or a server in `dataDir`, the function stops that server and uses the files.
 *
 * Throws `PostgresStartError`. Its code is `already_running` if a running process has a server on `dataDir`.
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
  const launchOptions = { serverFolder, binaries, user, password, durable, removeAfterwards };
  const launched = await launchServer({ ...launchOptions, choosePort });
  log(`PostgreSQL ${binaries.majorVersion} runs on 127.0.0.1:${launched.port}.`);
  return serverHandle({
    launched,
    relaunch: () => {
      if (!persistent)
        throw new Error(`The server in ${dataDir} can't restart, because its data are removed when it ends.`);
      return launchServer({ ...launchOptions, choosePort: async () => launched.port });
    },
    cleanUp: async () => {
      // A server is left over only if its watchdog was killed.
      await stopLeftoverServer(clusterFolder(serverFolder));
      if (!persistent) await removeDataDir(dataDir);
      lock.release();
    },
  });
}

function serverHandle(options: {
  launched: LaunchedServer;
  relaunch: () => Promise<LaunchedServer>;
  cleanUp: () => Promise<void>;
}): PostgresServer {
  const { port, connectionString } = options.launched;
  const admin = connectionString("postgres");
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let launched = options.launched;
  let restarting: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  const watch = (server: LaunchedServer) => {
    void server.ended.then(() => {
      if (!restarting) end();
    });
  };
  watch(launched);
  const restart = async () => {
    await launched.shutDown();
    launched = await options.relaunch();
    watch(launched);
  };
  const stop = () => {
    stopped ??= (async () => {
      await restarting?.catch(() => undefined);
      await launched.shutDown();
      await options.cleanUp();
    })();
    return stopped;
  };
  return {
    port,
    ended,
    connectionString,
    createDatabase: (name, creation) => createDatabase(admin, name, creation),
    dropDatabase: (name) => dropDatabase(admin, name),
    async restart() {
      restarting = restart();
      await restarting;
      restarting = undefined;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Removes a data directory and, if its server folder is a link, the target of the link. */
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
    `${folder} isn't empty. Choose an empty folder, because the server removes it at its end.`,
  );
}
