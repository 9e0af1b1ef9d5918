import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { type PostgresServer, startPostgres } from "../../sandbox/postgres/embedded-postgres-server.ts";
import { initialiseCluster } from "../../sandbox/postgres/initialise-cluster.ts";
import { findPostgresBinaries } from "../../sandbox/postgres/postgres-binaries.ts";
import {
  clusterFolder,
  prepareServerFolder,
  serverFolderLink,
} from "../../sandbox/postgres/server-folder.ts";
import { chooseServerUser } from "../../sandbox/postgres/server-user.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the run's PostgreSQL server, as its superuser. */
    postgresAdminUrl: string;
    /** A data directory whose cluster no server was started on yet, to be copied. */
    unusedCluster: string;
  }
}

/** Starts the one PostgreSQL server of a test run. The teardown removes the server with its folder. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const newFolder = () => mkdtemp(path.join(tmpdir(), "incydr-chatops-test-"));
  const unusedCluster = await newFolder();
  await chmod(unusedCluster, 0o711);
  const server = await whatTestsNeed(async () => {
    await makeCluster(unusedCluster);
    return startPostgres({ dataDir: await newFolder(), persistent: false, copyOf: unusedCluster });
  });
  project.provide("postgresAdminUrl", server.connectionString("postgres"));
  project.provide("unusedCluster", unusedCluster);
  return async () => {
    await rm(unusedCluster, { recursive: true });
    await server.stop();
  };
}

/** Does what a first start does before it starts the server. */
async function makeCluster(dataDir: string): Promise<void> {
  const user = await chooseServerUser(clusterFolder(serverFolderLink(dataDir)));
  const binaries = await findPostgresBinaries(user);
  const serverFolder = await prepareServerFolder(dataDir, user);
  await initialiseCluster({ serverFolder, binaries, user, durable: false });
}

async function whatTestsNeed(start: () => Promise<PostgresServer>): Promise<PostgresServer> {
  return await start().catch((error: Error) => {
    const failure = new Error(`The tests need PostgreSQL, which couldn't be started: ${error.message}`);
    // Prints one line, which would be hard to find in Vitest's stack with all causes.
    failure.stack = failure.message;
    throw failure;
  });
}
