/**
 * A separate program that runs the server as its child while its standard input is open.
 *
 * Standard input is a pipe from the process that needs the server. When that process ends, also by a kill, the
 * operating system closes the pipe. The watchdog then shuts the server down, and removes the folders of
 * `removeAfterwards`. The watchdog has its own session, so that Ctrl-C in a terminal reaches only the process that
 * needs the server.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

/** The settings of the watchdog, as JSON in its first argument. */
export interface WatchdogOrder {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  /** Variables for the server, in addition to the watchdog's variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths of folders to remove after a requested shutdown. */
  readonly removeAfterwards: readonly string[];
}

/** After this time, a server that does not shut down is stopped without a checkpoint. */
const fastShutdownMs = 10_000;

// `launchServer` writes this text from a value of the type.
const { file, args, env, removeAfterwards, ...account } = JSON.parse(
  process.argv[2] ?? "{}",
) as WatchdogOrder;

let asked = false;

const server = spawn(file, args, {
  ...account,
  cwd: "/",
  env: { ...process.env, ...env },
  stdio: ["ignore", "inherit", "inherit"],
});

server.on("error", (error) => {
  console.error(`The server can't be started: ${error.message}`);
  leave(1);
});
server.on("exit", (code) => leave(code ?? 1));

function leave(code: number): void {
  // If the server failed by itself, the folders stay: the process that started it may try again.
  if (!asked) process.exit(code);
  for (const folder of removeAfterwards) rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

function shutDown(): void {
  asked = true;
  server.kill("SIGINT");
  setTimeout(() => server.kill("SIGQUIT"), fastShutdownMs).unref();
}

process.stdin.on("end", shutDown).on("error", shutDown).resume();
process.on("SIGTERM", shutDown).on("SIGINT", shutDown).on("SIGHUP", shutDown);
