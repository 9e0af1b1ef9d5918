import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TOUR_PAGES } from "../../scripts/tour/tour-pages.ts";
import { isRunning, newDataFolder, newFolder, parentOf, untilEnded } from "../support/database-parent.ts";
import { machineEnvironment } from "../support/machine-environment.ts";

// Each test starts real servers and the bot. On two cores with other tests, the tour takes long.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 90_000 });

const program = path.join(import.meta.dirname, "../../sandbox/run.ts");

describe("the tour", () => {
  it("plays the whole story as expected, and prints no text that differs from run to run", async () => {
    await using folder = await newDataFolder("postgres");
    await using tour = startSandbox(["--tour", "--data", folder.path]);
    expect(await tour.exitCode, tour.output() + tour.errors()).toBe(0);
    expect(tour.output()).toMatch(/All 26 steps went as they should: \d+ checks hold\.\n$/);
    // The lines without colours, times and addresses.
    expect(tour.output()).not.toContain("\u001b");
    expect(tour.output()).not.toMatch(/\d{1,2}:\d{2} [AP]M|127\.0\.0\.1/);
    for (const { page, withTour } of TOUR_PAGES) {
      const text = readFileSync(path.join(import.meta.dirname, "../..", page), "utf8");
      expect(text, `\`npm run -s sandbox -- --tour | npm run -s docs:tour\` brings ${page} up to date`).toBe(
        withTour(text, tour.output()),
      );
    }
  });

  it("fails when the bot dies in the middle of the tour, and leaves no process", async () => {
    await using folder = await newDataFolder("postgres");
    await using tour = startSandbox(["--tour", "--data", folder.path]);
    await tour.says("1  Maya, an analyst");
    const processes = descendantsOf(tour.pid);
    process.kill(botAmong(processes), "SIGKILL");
    expect(await tour.exitCode).toBe(1);
    expect(tour.errors()).toContain("The bot has ended in the middle of the tour (SIGKILL)");
    expect(processes.filter(isRunning)).toEqual([]);
  });

  it("fails when it is interrupted, and leaves neither a process nor its database", async () => {
    await using folder = await newFolder();
    await using tour = startSandbox(["--tour", "--data", folder.path]);
    await tour.says("1  Maya, an analyst");
    const processes = descendantsOf(tour.pid);
    tour.signal("SIGINT");
    expect(await tour.exitCode).toBe(130);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(folder.path)).toEqual(["tour-bot.log"]);
  });
});

describe("the sandbox", () => {
  it("can be stopped while it starts", async () => {
    await using folder = await newDataFolder("postgres");
    await using sandbox = startSandbox(["--data", folder.path]);
    await sandbox.says("the bot ...");
    const processes = descendantsOf(sandbox.pid);
    sandbox.signal("SIGTERM");
    expect(await sandbox.exitCode).toBe(0);
    expect(processes.filter(isRunning)).toEqual([]);
  });
});

// The tests share one folder, because each run takes six seconds. Each test begins with the state that the previous
// test left.
describe("the sandbox, started several times on one folder", () => {
  const stack = new AsyncDisposableStack();
  let data: string;
  let sandbox: SandboxProcess;
  let processes: readonly number[];
  beforeAll(async () => {
    data = stack.use(await newDataFolder("postgres")).path;
    sandbox = stack.use(startSandbox(["--data", data, "--delivery", "http"]));
    await sandbox.says(READY);
  });
  afterAll(() => stack.disposeAsync());

  it("refuses to run twice on one folder", async () => {
    await using second = startSandbox(["--data", data]);
    expect(await second.exitCode).toBe(1);
    expect(second.errors()).toContain(`already running on ${data}/postgres (process ${sandbox.pid})`);
  });

  it("reports the death of the bot, and starts it again on demand", async () => {
    process.kill(botAmong(descendantsOf(sandbox.pid)), "SIGKILL");
    await sandbox.says("The bot has ended (SIGKILL). Type restart to start it again.");
    sandbox.types("restart");
    await sandbox.says("The bot runs again");
    sandbox.types("maya dm /incydr help");
    await sandbox.says("Every change is audited");
  });

  it("lets the command line in another terminal verify the audit log", async () => {
    const cli = path.join(path.dirname(program), "../src/cli/cli.ts");
    const args = [cli, "audit", "verify", "--env", path.join(data, "bot.env")];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: machineEnvironment() });
    expect(stdout).toMatch(/^The audit log is intact. It has 0 entries;/);
  });

  it("starts again after a kill -9, without a process and without the data of the first run", async () => {
    sandbox.types("jonas #insider-risk-approvals /incydr freeze");
    await sandbox.says("All changes are frozen.");
    processes = descendantsOf(sandbox.pid);
    sandbox.signal("SIGKILL");
    await sandbox.exitCode;

    sandbox = stack.use(startSandbox(["--data", data]));
    await sandbox.says(READY);

    for (const pid of processes) await untilEnded(pid);
    sandbox.types("jonas #insider-risk-approvals /incydr freeze");
    await sandbox.says("All changes are frozen.");
    expect(sandbox.output()).not.toContain("All changes are already frozen.");
  });

  it("ends with all its processes, and exit code 0, at Ctrl-C", async () => {
    processes = descendantsOf(sandbox.pid);
    sandbox.signal("SIGINT");
    expect(await sandbox.exitCode).toBe(0);
    expect(processes.length).toBeGreaterThanOrEqual(3);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(data)).not.toContain("bot.env");
  });

  it("ends when its npm is killed", async () => {
    const command = ["npm", "run", "sandbox", "--", "--data", data];
    sandbox = stack.use(startProgram(command, path.dirname(path.dirname(program))));
    await sandbox.says("the bot ...");
    processes = descendantsOf(sandbox.pid);
    sandbox.signal("SIGKILL");
    for (const pid of processes) await untilEnded(pid);
  });
});

/** Printed when everything runs and the prompt is about to be served. */
const READY = "shows everything that can be typed here.";

/** The sandbox as a separate process, with pipes instead of a terminal. */
interface SandboxProcess extends AsyncDisposable {
  readonly pid: number;
  readonly exitCode: Promise<number | null>;
  output(): string;
  errors(): string;
  /** Resolves when a text was printed; rejects if the process ends without printing it. */
  says(text: string): Promise<void>;
  types(line: string): void;
  signal(name: NodeJS.Signals): void;
}

function startSandbox(args: readonly string[]): SandboxProcess {
  return startProgram([process.execPath, program, ...args], "/");
}

function startProgram([file = "", ...args]: readonly string[], cwd: string): SandboxProcess {
  // The process must behave as if npm had not started this test.
  const { npm_lifecycle_event: _, ...env } = process.env;
  const child = spawn(file, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  const output = collected(child.stdout);
  const errors = collected(child.stderr);
  const ended = once(child, "close").then(([code]: (number | null)[]) => code ?? null);
  return {
    pid: pidOf(child),
    exitCode: ended,
    output: output.text,
    errors: errors.text,
    says: (text) =>
      Promise.race([
        output.has(text),
        ended.then((code) => {
          throw new Error(`It ended (${code}) without “${text}”:\n${output.text()}\n${errors.text()}`);
        }),
      ]),
    types: (line) => void child.stdin.write(`${line}\n`),
    signal: (name) => void child.kill(name),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The whole output of a stream, and a function that waits for a part of the output. */
function collected(stream: NodeJS.ReadableStream) {
  let text = "";
  const waiting: { part: string; resolve: () => void }[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text += chunk;
    for (const { part, resolve } of waiting) if (text.includes(part)) resolve();
  });
  return {
    text: () => text,
    has: (part: string) =>
      new Promise<void>((resolve) => {
        if (text.includes(part)) resolve();
        else waiting.push({ part, resolve });
      }),
  };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error("The process could not be started.");
  return pid;
}

/** All descendants of a process, from Linux' `/proc`. */
function descendantsOf(ancestor: number): number[] {
  const all = readdirSync("/proc").map(Number).filter(Number.isInteger);
  const children = all.filter((pid) => isRunning(pid) && parentOf(pid) === ancestor);
  return children.flatMap((pid) => [pid, ...descendantsOf(pid)]);
}

function botAmong(pids: readonly number[]): number {
  const bot = pids.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("src/main.ts"));
  if (bot === undefined) throw new Error("There is no bot among the processes.");
  return bot;
}
