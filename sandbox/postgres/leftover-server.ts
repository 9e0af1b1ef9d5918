import { execFile } from "node:child_process";
import { readFile, readlink, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { PostgresStartError } from "./postgres-start-error.ts";

const execute = promisify(execFile);

/** A fast shutdown makes a checkpoint. After this time the server gets a signal to stop without one. */
const fastShutdownMs = 10_000;
const giveUpMs = 20_000;
const pollMs = 20;

/** The remains of an earlier server on a cluster folder. */
export interface Leftover {
  /** A process that has the id in the stale pid file, but doesn't belong to the cluster. */
  readonly foreignPid?: number;
}

/**
 * Stops the server that a killed run has left on a cluster folder, if any.
 *
 * Reads a process id from `postmaster.pid` (https://www.postgresql.org/docs/18/storage-file-layout.html), and signals
 * the process only if it is a PostgreSQL on this folder. Throws `leftover_server` if the server can't be signalled or
 * doesn't end.
 */
export async function stopLeftoverServer(cluster: string): Promise<Leftover> {
  const pidFile = path.join(cluster, "postmaster.pid");
  const content = await readFile(pidFile, "utf8").catch(() => undefined);
  if (content === undefined) return {};
  const pid = Number(content.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) {
    // A crash of the machine cut the file off. PostgreSQL does not start with such a file.
    await rm(pidFile, { force: true });
    return {};
  }
  const folder = await realpath(cluster);
  if (!(await isServerOn(pid, folder))) return isAlive(pid) ? { foreignPid: pid } : {};

  const startedAt = performance.now();
  let sent: NodeJS.Signals | undefined;
  while (await isServerOn(pid, folder)) {
    const waitedMs = performance.now() - startedAt;
    const wanted = waitedMs < fastShutdownMs ? "SIGINT" : "SIGQUIT";
    if (waitedMs > giveUpMs) throw leftoverError(pid, folder, "doesn't end");
    if (sent !== wanted && !trySignal(pid, wanted))
      throw leftoverError(pid, folder, "belongs to another user");
    sent = wanted;
    await delay(pollMs);
  }
  return {};
}

/** Whether a process is a PostgreSQL server with this data folder (a real path). */
async function isServerOn(pid: number, folder: string): Promise<boolean> {
  if (process.platform === "linux") {
    // A server's working directory is always its data folder.
    const [workingFolder, commandLine] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ""),
      readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
    ]);
    return workingFolder === folder && /(^|\/)postgres\b/.test(commandLine);
  }
  const listed = await execute("ps", ["-ww", "-o", "command=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return /^\S*postgres\b/.test(listed.stdout) && listed.stdout.includes(`-D ${folder} `);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** `false` only if the process belongs to another user. A process that has just ended counts as signalled. */
function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "EPERM");
  }
}

function leftoverError(pid: number, folder: string, why: string): PostgresStartError {
  return new PostgresStartError(
    "leftover_server",
    `A PostgreSQL server of an earlier run (process ${pid}) still uses ${folder} and ${why}. End it with: kill -QUIT ${pid}`,
  );
}
