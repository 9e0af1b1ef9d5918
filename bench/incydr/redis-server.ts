import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A separate Redis server on a free port of 127.0.0.1, which loses its data when it stops. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it like a crash; its data is lost. */
  stop(): Promise<void>;
  /** Starts it again on the same port without data. */
  start(): Promise<void>;
  /** Suspends the process until `resume`; connections stay open. */
  suspend(): void;
  resume(): void;
}

/** Whether this machine has a `redis-server`. */
export async function hasRedis(): Promise<boolean> {
  const child = spawn("redis-server", ["--version"], { stdio: "ignore" });
  return await new Promise((resolve) => {
    child.once("error", () => resolve(false)).once("exit", (code) => resolve(code === 0));
  });
}

/** Starts a server. Disposal kills it and removes its folder. */
export async function startRedisServer({ password = "" } = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "incydr-chatops-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no" };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    if (password !== "") args.push("--requirepass", password);
    const started = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
    child = started;
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: started.stdout }).on("line", (line) => {
        if (line.includes("Ready to accept connections")) resolve();
      });
      started.once("exit", (code) => reject(new Error(`redis-server ended with ${code}`)));
    });
    await ready;
  }

  async function stop(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  await start();
  return {
    url: `redis://${password === "" ? "" : `:${password}@`}127.0.0.1:${port}`,
    start,
    stop,
    suspend: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that is free at the moment; Redis does not report a port that it chose itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The probe has no TCP port.");
  return address.port;
}
