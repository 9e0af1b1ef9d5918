import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Sandbox, startSandbox } from "../sandbox/supervisor/start-sandbox.ts";

/** The sandbox with the bot as a separate process, and a database that flushes commits to disk. */
export interface BenchWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly db: pg.Pool;
}

/** Starts it in `dataDir`, or else in a temporary folder. Prints nothing. */
export async function openWorld(options: {
  requestsPerMinute: number;
  incydrUsers?: number;
  /** How Slack reaches the bot; default `http`. */
  delivery?: "http" | "socket";
  /** Whether the bot reads its directory of users; default true. */
  directoryRefresh?: boolean;
  /** Absolute. */
  dataDir?: string;
}): Promise<BenchWorld> {
  await using opened = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "incydr-chatops-bench-")));
  if (options.dataDir === undefined) opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const sandbox = opened.use(
    await startSandbox({
      delivery: "http",
      database: "kept",
      fresh: false,
      rateLimits: false,
      ...options,
      dataDir,
      progress: (_stage, work) => work(),
      signal: new AbortController().signal,
    }),
  );
  const db = new pg.Pool({ connectionString: sandbox.env.DATABASE_URL ?? "", max: 4 });
  // A chaos run ends connections and restarts the server. Without a listener, the error of an idle connection would end
  // this process.
  db.on("error", () => undefined);
  opened.defer(() => db.end());
  const running = opened.move();
  return { sandbox, db, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
