import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../sandbox/postgres/embedded-postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the run's PostgreSQL server, as its superuser. */
    postgresAdminUrl: string;
  }
}

/** Starts the one PostgreSQL server of a test run, on a folder of its own that is removed with it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "incydr-chatops-test-"));
  const server = await startPostgres({ dataDir, persistent: false }).catch((error: Error) => {
    const failure = new Error(`The tests need PostgreSQL, which couldn't be started: ${error.message}`);
    // Vitest prints the stack and all causes, under which this one line would be hard to find.
    failure.stack = failure.message;
    throw failure;
  });
  project.provide("postgresAdminUrl", server.connectionString("postgres"));
  return () => server.stop();
}
