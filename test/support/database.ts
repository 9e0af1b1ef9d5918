import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { createDatabase, dropDatabase } from "../../sandbox/postgres/database-admin.ts";
import { createDurableQueue } from "../../src/jobs/index.ts";
import { createServerGeneration, migrate, openDatabase } from "../../src/persistence/index.ts";

/** A database of one test or test file; disposing of it ends its connections and removes it. */
export interface TestDatabase extends AsyncDisposable {
  readonly connectionString: string;
}

const templateName = "migrated_template";
/** The key of a lock: any number, the same in every worker of the run. */
const templateLock = 4711;

/**
 * Makes a database with the product's migrations applied and the job queue's tables, on the run's server.
 *
 * It is a copy of a template, which the first call of the run makes. Works in the tests of `integration`,
 * `contract` and `scenario`; elsewhere there is no server, and it throws.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = inject("postgresAdminUrl");
  if (!adminUrl) {
    throw new Error("There is no PostgreSQL for unit tests; put this test in test/integration.");
  }
  const admin = openAdmin(adminUrl);
  template ??= ensureTemplate(admin, adminUrl);
  await template;
  const name = `test_${randomBytes(6).toString("hex")}`;
  await createDatabase(admin, name, { template: templateName });
  return {
    connectionString: databaseUrl(adminUrl, name),
    [Symbol.asyncDispose]: () => dropDatabase(admin, name),
  };
}

/** One pool for this worker, because opening a connection takes longer than a statement. */
let adminPool: pg.Pool | undefined;

function openAdmin(connectionString: string): pg.Pool {
  if (adminPool) return adminPool;
  adminPool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true });
  // The server ends before the workers do.
  adminPool.on("error", () => {});
  return adminPool;
}

/** One template for this worker, which looks for it only once. */
let template: Promise<void> | undefined;

/** Makes the template unless it exists. Workers that call this at the same time wait for the first one. */
async function ensureTemplate(admin: pg.Pool, adminUrl: string): Promise<void> {
  const client = await admin.connect();
  try {
    const exists = async () => {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [templateName]);
      return rowCount === 1;
    };
    if (await exists()) return;
    await client.query("SELECT pg_advisory_lock($1)", [templateLock]);
    if (!(await exists())) await makeTemplate(client, adminUrl);
  } finally {
    await client.query("SELECT pg_advisory_unlock_all()");
    client.release();
  }
}

async function makeTemplate(client: pg.PoolClient, adminUrl: string): Promise<void> {
  // The template has another name until it is complete, so that a failing migration fails in every test.
  const unfinished = `${templateName}_unfinished`;
  await dropDatabase(adminUrl, unfinished);
  await createDatabase(adminUrl, unfinished);
  await migrateIt(databaseUrl(adminUrl, unfinished));
  await createQueueTables(databaseUrl(adminUrl, unfinished));
  await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${templateName}`);
  // PostgreSQL can't copy a database that has connections.
  await client.query(`ALTER DATABASE ${templateName} ALLOW_CONNECTIONS false`);
}

async function migrateIt(connectionString: string): Promise<void> {
  await using database = openDatabase({ connectionString, log: () => {} });
  await migrate(database);
}

/** Creates the tables that each start of the bot would otherwise have to create first. */
async function createQueueTables(connectionString: string): Promise<void> {
  const failures: Error[] = [];
  const boss = createDurableQueue({
    connectionString,
    generation: createServerGeneration(),
    log: (error) => void failures.push(error),
  });
  await boss.start();
  // The first start of the bot also does this upkeep for every queue.
  await boss.boss.supervise();
  await boss.stop(1_000);
  for (const failure of failures) throw failure;
}

function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
