import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import {
  type PostgresOptions,
  type PostgresServer,
  startPostgres,
} from "../../sandbox/postgres/embedded-postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the run's PostgreSQL server, as its superuser. */
    postgresAdminUrl: string;
    /** The data directory of a server that was started once and stopped, to be copied. */
    unusedCluster: string;
  }
}

/** Starts the one PostgreSQL server of a test run, on a folder of its own that is removed with it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const newFolder = () => mkdtemp(path.join(tmpdir(), "incydr-chatops-test-"));
  const unusedCluster = await newFolder();
  await chmod(unusedCluster, 0o711);
  const [server] = await Promise.all([
    start({ dataDir: await newFolder(), persistent: false }),
    start({ dataDir: unusedCluster, persistent: true, durable: false }).then((unused) => unused.stop()),
  ]);
  project.provide("postgresAdminUrl", server.connectionString("postgres"));
  project.provide("unusedCluster", unusedCluster);
  return async () => {
    await rm(unusedCluster, { recursive: true });
    await server.stop();
  };
}

async function start(options: PostgresOptions): Promise<PostgresServer> {
  return await startPostgres(options).catch((error: Error) => {
    const failure = new Error(`The tests need PostgreSQL, which couldn't be started: ${error.message}`);
    // Vitest prints the stack and all causes, under which this one line would be hard to find.
    failure.stack = failure.message;
    throw failure;
  });
}
