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

/** A process that has started a server, or tried to. */
export interface Parent extends AsyncDisposable {
  readonly pid: number;
  readonly report: ParentReport;
  /** The URL of the server; throws if it didn't start. */
  readonly url: string;
  /** Ends the process as nothing can catch, and waits for its end. */
  kill9(): Promise<void>;
}

/** Where and as whom a parent runs; default: this clone, this node, this account. */
export interface ParentPlace {
  readonly clone?: string;
  readonly node?: string;
  readonly account?: { readonly uid: number; readonly gid: number };
  readonly temporaryFolder?: string;
}

/** Starts PostgreSQL from a process of its own and waits until it runs or has failed. */
export async function startParent(options: PostgresOptions, place: ParentPlace = {}): Promise<Parent> {
  const clone = place.clone ?? path.join(import.meta.dirname, "../..");
  const program = path.join(clone, "test/support/database-parent-program.ts");
  const child = spawn(place.node ?? process.execPath, [program, JSON.stringify(options)], {
    cwd: "/",
    // A clone is deleted after its test, so that its compiled code would never be used again.
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

/** A new folder in the temporary directory that others can enter by default, removed with all it holds. */
export async function newFolder(mode = 0o711): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-test-"));
  await chmod(folder, mode);
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  };
}

/**
 * A new folder with a cluster that has never been used in it, as a start and a stop would have left it: copying
 * the run's takes a tenth of the time that making one does.
 */
export async function newDataFolder(within = "."): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await newFolder();
  const dataDir = path.join(folder.path, within);
  await mkdir(dataDir, { recursive: true });
  // Node's own `cp` would make everything belong to this account, and the cluster isn't.
  await promisify(execFile)("cp", ["-a", `${inject("unusedCluster")}/server`, dataDir]);
  return folder;
}

/** The process id of the server on a data directory, as the server has noted it. */
export function serverPid(dataDir: string): number {
  return Number(readFileSync(pidFile(dataDir), "utf8").split("\n")[0]);
}

/** The file in which a server notes its process id. */
export function pidFile(dataDir: string): string {
  return path.join(dataDir, "server/cluster/postmaster.pid");
}

/** The process that started another, 0 if that is gone; reads Linux' `/proc`. */
export function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return 0; // it ended between being listed and being read
  }
}

/** Whether a process runs; one that has ended and waits to be collected doesn't. */
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
