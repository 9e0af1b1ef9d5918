import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect, inject } from "vitest";
import type { PostgresOptions } from "../../sandbox/postgres/embedded-postgres-server.ts";
import type { ParentReport } from "./database-parent-program.ts";
import { machineEnvironment } from "./machine-environment.ts";

/** A process that has started a server, or could not start it. */
export interface Parent extends AsyncDisposable {
  readonly pid: number;
  readonly report: ParentReport;
  /** The URL of the server; throws if the server didn't start. */
  readonly url: string;
  /** Ends the process with a signal that it can't catch, and waits for its end. */
  kill9(): Promise<void>;
}

/** The clone, the Node.js and the account of a parent; default: those of this process. */
export interface ParentPlace {
  readonly clone?: string;
  readonly node?: string;
  readonly account?: { readonly uid: number; readonly gid: number };
  readonly temporaryFolder?: string;
}

/** Starts PostgreSQL from a separate process, and waits until the server runs or the start has failed. */
export async function startParent(options: PostgresOptions, place: ParentPlace = {}): Promise<Parent> {
  const clone = place.clone ?? path.join(import.meta.dirname, "../..");
  const program = path.join(clone, "test/support/database-parent-program.ts");
  const child = spawn(place.node ?? process.execPath, [program, JSON.stringify(options)], {
    cwd: "/",
    // A clone gets no compile cache, because the clone is deleted after its test.
    env: { ...machineEnvironment(place.clone === undefined), TMPDIR: place.temporaryFolder ?? tmpdir() },
    stdio: ["pipe", "pipe", "inherit"],
    ...place.account,
  });
  const ended = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    ended.then(() => ['{ "started": false, "code": "ended", "message": "the program printed nothing" }']),
  ]);
  const report = JSON.parse(line) as ParentReport;
  return {
    pid: child.pid ?? 0,
    report,
    get url() {
      if (!report.started) throw new Error(`The server didn't start: ${report.message}`);
      return report.url;
    },
    kill9: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * A new folder in the temporary directory, which by default other accounts can enter. Disposal removes the folder with
 * its content.
 */
export async function newFolder(mode = 0o711): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-test-"));
  await chmod(folder, mode);
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  };
}

/**
 * A new folder with an unused cluster, like after a start and a stop. It copies the run's unused cluster, because
 * making a cluster takes ten times as long.
 */
export async function newDataFolder(within = "."): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await newFolder();
  const dataDir = path.join(folder.path, within);
  await mkdir(dataDir, { recursive: true });
  // Node's `cp` would make this account the owner of the files, but the cluster has another owner.
  await promisify(execFile)("cp", ["-a", `${inject("unusedCluster")}/server`, dataDir]);
  return folder;
}

/** The process id of the server on a data directory, from the server's own file. */
export function serverPid(dataDir: string): number {
  return Number(readFileSync(pidFile(dataDir), "utf8").split("\n")[0]);
}

/** The file in which a server notes its process id. */
export function pidFile(dataDir: string): string {
  return path.join(dataDir, "server/cluster/postmaster.pid");
}

/** The parent of a process; 0 if the process has ended. Reads Linux' `/proc`. */
export function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return 0; // it ended between being listed and being read
  }
}

/** Whether a process runs. A zombie process does not count. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false; // it ended before or while its state was read
  }
}

/** Waits until a process has ended; fails after 10 seconds. */
export async function untilEnded(pid: number): Promise<void> {
  await expect.poll(() => isRunning(pid), { interval: 20 }).toBe(false);
}
