import { type ChildProcess, spawn } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import { createServer, Socket } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client, DatabaseError } from "pg";
import { serverRole } from "./initialise-cluster.ts";
import { stopLeftoverServer } from "./leftover-server.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { PostgresStartError } from "./postgres-start-error.ts";
import { clusterFolder } from "./server-folder.ts";
import { type ServerUser, serverProcessOptions } from "./server-user.ts";
import type { WatchdogOrder } from "./server-watchdog.ts";

/** A server that accepts connections, under its watchdog. */
export interface LaunchedServer {
  readonly port: number;
  /** Resolves when the watchdog has ended. The server has then ended too, unless the watchdog was killed. */
  readonly ended: Promise<void>;
  connectionString(database: string): string;
  /**
   * Requests a fast shutdown from the watchdog, and waits for its end. After 20 s, kills the watchdog; the server then
   * stays.
   */
  shutDown(): Promise<void>;
}

export interface LaunchOptions {
  readonly serverFolder: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser;
  readonly password: string;
  /**
   * Whether commits are flushed to disk. If not, a crash of the machine may corrupt the cluster, but a kill does not.
   */
  readonly durable: boolean;
  /** Folders that the watchdog removes after the shutdown. */
  readonly removeAfterwards: readonly string[];
  /** Returns the port for the next attempt; default: a free port. */
  readonly choosePort?: (() => Promise<number>) | undefined;
}

const launchAttempts = 5;
const startUpMs = 60_000;
/** Longer than the watchdog waits for the server. */
const shutDownMs = 20_000;
/** If another server answers on the port for this time, the start fails. */
const strangeAnswerMs = 3_000;
const pollMs = 10;

/**
 * Errors after which another attempt can succeed: another process took the port, or a dying server still has the
 * cluster.
 */
const passingFault = /Address already in use|lock file "postmaster\.pid" already exists/;

/**
 * Starts the server of an initialised cluster on 127.0.0.1 and a free port, and waits until it accepts connections.
 * First stops a server that an earlier run has left.
 *
 * Throws `start_failed`, with the end of the server's log, if the server does not accept connections.
 */
export async function launchServer(options: LaunchOptions): Promise<LaunchedServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchOnce(options);
    } catch (error) {
      const passing = error instanceof PostgresStartError && passingFault.test(error.message);
      if (!passing || attempt === launchAttempts) throw error;
    }
  }
}

async function launchOnce(options: LaunchOptions): Promise<LaunchedServer> {
  const { foreignPid } = await stopLeftoverServer(clusterFolder(options.serverFolder));
  const port = await (options.choosePort ?? freePort)();
  await using log = await open(path.join(options.serverFolder, "server.log"), "w+", 0o600);
  const watchdog = startWatchdog(orderFor(options, port, foreignPid), log);
  const ended = new Promise<void>((resolve) =>
    watchdog.once("exit", () => resolve()).once("error", () => resolve()),
  );
  const connectionString = (database: string) =>
    `postgres://${serverRole}:${options.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const shutDown = async () => {
    watchdog.ref();
    watchdog.stdin?.end();
    const killTimer = setTimeout(() => watchdog.kill("SIGKILL"), shutDownMs);
    await ended;
    clearTimeout(killTimer);
  };

  const hasEnded = ended.then((): Error => new Error("It ended at once."));
  const fault = await Promise.race([waitUntilAccepting(connectionString("postgres"), watchdog), hasEnded]);
  if (!fault) return { port, ended, connectionString, shutDown };
  await shutDown();
  throw new PostgresStartError(
    "start_failed",
    `PostgreSQL didn't start in ${options.serverFolder}. ${fault.message} ${await lastLines(log)}`,
    { cause: fault },
  );
}

/** The end of the log. Reads it through the open handle, because the file may be removed already. */
async function lastLines(log: FileHandle): Promise<string> {
  const { size } = await log.stat();
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(size), position: 0 });
  return buffer.toString("utf8", 0, bytesRead).trim().split("\n").slice(-8).join(" | ");
}

function orderFor(options: LaunchOptions, port: number, foreignPid: number | undefined): WatchdogOrder {
  const settings = {
    listen_addresses: "127.0.0.1",
    // No Unix socket, because its path may have only 107 bytes, and the server's account would need access to its
    // folder.
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    max_connections: "200",
    ...(options.durable ? {} : disposableSettings),
  };
  return {
    file: options.binaries.postgres,
    args: [
      ...["-D", clusterFolder(options.serverFolder), "-p", String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    // If a process has the id in a stale `postmaster.pid`, PostgreSQL takes it for a server, unless the id belongs to
    // its grandparent. Removing the file instead would skip PostgreSQL's check for backends that still use the
    // cluster's memory (CreateLockFile in src/backend/utils/init/miscinit.c).
    env: foreignPid === undefined ? {} : { PG_GRANDPARENT_PID: String(foreignPid) },
    removeAfterwards: options.removeAfterwards,
    ...options.user,
  };
}

/** A cluster that is removed after its run needs neither flushes nor maintenance. */
const disposableSettings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  autovacuum: "off",
};

function startWatchdog(order: WatchdogOrder, log: FileHandle): ChildProcess {
  // With Node's compile cache, programs start faster.
  const { NODE_COMPILE_CACHE } = process.env;
  const program = fileURLToPath(new URL("./server-watchdog.ts", import.meta.url));
  const watchdog = spawn(process.execPath, [program, JSON.stringify(order)], {
    cwd: "/",
    env: serverProcessOptions(undefined, NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}).env,
    // A file instead of a pipe, because the server writes its log also after the end of this process.
    stdio: ["pipe", log.fd, log.fd],
    detached: true,
  });
  // The pipe breaks if the watchdog ends first, which its event `exit` reports.
  watchdog.stdin?.on("error", () => undefined);
  // A running server must not keep this process alive.
  watchdog.unref();
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  return watchdog;
}

/** Resolves to `undefined` when the server accepts connections, or else to the reason why it doesn't. */
async function waitUntilAccepting(
  connectionString: string,
  watchdog: ChildProcess,
): Promise<Error | undefined> {
  let deadline = performance.now() + startUpMs;
  let fault = new Error(`It didn't accept a connection within ${startUpMs} ms.`);
  while (watchdog.exitCode === null && performance.now() < deadline) {
    const answer = await tryConnection(connectionString);
    if (answer === undefined) return undefined;
    fault = answer;
    // If another program took the port first, that program answers, and the server ends.
    if (!isStillStarting(answer)) deadline = Math.min(deadline, performance.now() + strangeAnswerMs);
    await delay(pollMs);
  }
  return fault;
}

async function tryConnection(connectionString: string): Promise<Error | undefined> {
  const client = new Client({ connectionString, connectionTimeoutMillis: strangeAnswerMs });
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isStillStarting(error: Error): boolean {
  // 57P03 is cannot_connect_now (https://www.postgresql.org/docs/18/errcodes-appendix.html).
  if (error instanceof DatabaseError) return error.code === "57P03";
  return "code" in error && error.code === "ECONNREFUSED";
}

async function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
