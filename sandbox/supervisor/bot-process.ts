import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CLONE } from "./sandbox-options.ts";

/** The unexpected end of a bot, with the last lines of its log. */
export interface BotDeath {
  readonly how: string;
  readonly lastWords: string;
}

/** The bot as a separate process, which can be ended and started again. */
export interface BotProcess extends AsyncDisposable {
  /** `null` while it isn't running. */
  readonly pid: number | null;
  /**
   * Starts the bot; resolves when it can take work (`/readyz?scope=traffic` answers 200). If the bot ends or takes
   * longer than a minute, rejects with the end of its log.
   */
  start(): Promise<void>;
  /** Sends the bot a signal to end, kills it after the grace period, and waits for its end. */
  stop(): Promise<void>;
  /** Kills it (kill -9), and waits for its end. */
  kill(): Promise<void>;
  /** Calls `listener` at every unexpected end. */
  onDeath(listener: (death: BotDeath) => void): void;
}

export interface BotProcessOptions {
  /** The whole environment; `OPS_PORT` in it is the port of the bot's probes. */
  readonly env: Readonly<Record<string, string>>;
  /** The working directory. It must have no `.env`, or the bot would read its variables too. */
  readonly cwd: string;
  /** The file to which the bot's output is appended. */
  readonly logFile: string;
  /** The grace period for a stop; default 15 s, longer than the bot gives its jobs. */
  readonly graceMs?: number;
}

const START_UP_MS = 60_000;
const POLL_MS = 50;

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  /** Whether the end was requested. The listener is called only for other ends. */
  isEndExpected: boolean;
}

/** Creates the handle of a bot, without starting it. */
export function createBotProcess(options: BotProcessOptions): BotProcess {
  const { env, logFile, graceMs = 15_000 } = options;
  const listeners: ((death: BotDeath) => void)[] = [];
  let running: Running | null = null;

  function launch(): Running {
    const child = spawnBot(options);
    const ended = once(child, "exit").then(async ([code, signal]: (string | number | null)[]) => {
      running = null;
      if (launched.isEndExpected) return;
      const how = signal === null ? `exit code ${code}` : String(signal);
      const lastWords = await endOf(logFile);
      for (const listener of listeners) listener({ how, lastWords });
    });
    const launched: Running = { child, ended, isEndExpected: true };
    return launched;
  }

  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (!running) return;
    const { child, ended } = running;
    running.isEndExpected = true;
    child.kill(signal);
    const killTimer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await ended;
    clearTimeout(killTimer);
  }

  async function start(): Promise<void> {
    if (running) throw new Error(`The bot is running already (process ${running.child.pid}).`);
    const launched = launch();
    running = launched;
    const deadline = performance.now() + START_UP_MS;
    while (running === launched && performance.now() < deadline) {
      if (await isReady(`http://127.0.0.1:${env.OPS_PORT}/readyz?scope=traffic`)) {
        launched.isEndExpected = false;
        return;
      }
      await delay(POLL_MS);
    }
    await end("SIGKILL");
    throw new Error(`The bot didn't start. Its log (${logFile}) ends with:\n${await endOf(logFile)}`);
  }

  const stop = () => end("SIGTERM");
  return {
    get pid() {
      return running?.child.pid ?? null;
    },
    start,
    stop,
    kill: () => end("SIGKILL"),
    onDeath: (listener) => void listeners.push(listener),
    [Symbol.asyncDispose]: stop,
  };
}

function spawnBot({ env, cwd, logFile }: BotProcessOptions): ChildProcess {
  const log = openSync(logFile, "a", 0o600);
  const preload = new URL("./end-with-supervisor.ts", import.meta.url).href;
  const bot = spawn(process.execPath, ["--import", preload, join(CLONE, "src/main.ts")], {
    cwd,
    env,
    stdio: ["ignore", log, log, "ipc"],
    // In its own session, so that Ctrl-C in a terminal reaches only the supervisor, which stops the parts in order.
    detached: true,
  });
  closeSync(log);
  return bot;
}

/** Sends a request only if the port is open, because a failed request takes longer than the check of a closed port. */
async function isReady(url: string): Promise<boolean> {
  if (!(await isListening(Number(new URL(url).port)))) return false;
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function endOf(logFile: string): Promise<string> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  return log.trim().split("\n").slice(-5).join("\n");
}
