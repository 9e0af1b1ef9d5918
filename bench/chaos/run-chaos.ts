import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { createSeededGenerator } from "../../sandbox/incydr/tenant/seeded-generator.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";
import { plainUsers } from "../plain-users.ts";
import { untilQuiet } from "../until-quiet.ts";
import { askForBulk, seeBulkThrough } from "./bulk.ts";
import { checkInvariants, type InvariantReport } from "./check-invariants.ts";
import { type DatabaseFault, doDatabaseFault, endOneConnection } from "./database-faults.ts";
import { requestTemporaryRoles } from "./grants.ts";
import { type Promised, seeThrough } from "./operators.ts";
import { openReconnectingPool } from "./reconnecting-pool.ts";

/** The result of a run: the running jobs at each kill, and the checks after it. */
export interface ChaosResult {
  readonly kills: ReadonlyMap<string, number>;
  /** How often each fault was injected into the database. */
  readonly databaseFaults: ReadonlyMap<DatabaseFault, number>;
  /** Unexpected ends of the bot's process; there must be none. */
  readonly crashes: readonly string[];
  readonly report: InvariantReport;
}

/** Pairs of a requester and an approver; each has one request at a time. */
const PAIRS = [
  { requester: "maya", approver: "theo" },
  { requester: "noor", approver: "priya" },
  { requester: "lena", approver: "theo" },
] as const;

/** Users for temporary roles, each once. */
const MOST_GRANT_SUBJECTS = 60;

/**
 * Kills the bot's process at random moments (kill -9) and starts it again, while people request and approve changes.
 * Between two kills the database has a fault, which the process must survive. Afterwards, waits for the end of all
 * requests, and checks the results from outside.
 */
export async function runChaos(options: {
  readonly kills: number;
  /** The number of database connections to end before the kills, one by one at random moments; default none. */
  readonly endedConnections?: number;
  readonly seed: number;
  /** The number of users of the bulk that runs meanwhile. From eleven on, the bulk needs two approvals. */
  readonly bulkTargets: number;
  /** The number of pairs who request and approve changes of one user meanwhile; default all three. */
  readonly pairs?: number;
  /** The absolute path of an existing folder with an unused cluster in `postgres/`; default a temporary folder. */
  readonly dataDir?: string;
  readonly onKill?: (count: number, inHand: string) => void;
  /** Called before, during and after the end of single connections. */
  readonly onPhase?: (phase: "before" | "during" | "after", world: BenchWorld) => Promise<void>;
}): Promise<ChaosResult> {
  const random = createSeededGenerator(options.seed);
  await using opened = await openWorld({
    requestsPerMinute: 6000,
    incydrUsers: 320 + 2 * options.bulkTargets,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  await using db = disposable(openReconnectingPool(opened.sandbox.env.DATABASE_URL ?? ""));
  const world = { ...opened, db };
  const crashes: string[] = [];
  world.sandbox.bot.onDeath(({ how, lastWords }) => void crashes.push(`${how}: ${lastWords}`));
  const promises: Promised[] = [];
  const subjects = random.shuffled(plainUsers(world).slice(40));
  const bulk = await askForBulk(world, subjects.splice(0, options.bulkTargets));
  const grantSubjects = subjects.splice(0, MOST_GRANT_SUBJECTS);
  let goesOn = true;
  const isKilled = () => goesOn;
  const grantWork = requestTemporaryRoles(world, grantSubjects, isKilled);
  const bulkWork = seeBulkThrough(world, bulk, isKilled);
  const work = Promise.all(
    PAIRS.slice(0, options.pairs).map(async (pair) => {
      while (goesOn) {
        const username = subjects.shift();
        if (username === undefined) return;
        for (const kind of ["deactivate", "activate"] as const) {
          const promised = { username, kind, submitted: false, approved: false, requestId: null };
          promises.push(promised);
          await seeThrough(world, pair, promised, isKilled);
        }
        // A released user can be the subject of a later request.
        subjects.push(username);
      }
    }),
  );

  const { endedConnections = 0, onPhase } = options;
  await onPhase?.("before", world);
  for (let ended = 0; ended < endedConnections; ) {
    await delay(random.integer(0, 300));
    ended += await endOneConnection(world.sandbox, random);
    if (ended === Math.floor(endedConnections / 2)) await onPhase?.("during", world);
  }
  await onPhase?.("after", world);
  const kills = new Map<string, number>();
  const databaseFaults = new Map<DatabaseFault, number>();
  for (let count = 1; count <= options.kills; count += 1) {
    const fault = await doDatabaseFault(world.sandbox, { count: count - 1, random });
    databaseFaults.set(fault, (databaseFaults.get(fault) ?? 0) + 1);
    await delay(random.integer(0, 2_500));
    if (world.sandbox.bot.pid === null) await world.sandbox.startBot();
    await world.sandbox.bot.kill();
    const inHand = await whatIsInHand(world);
    kills.set(inHand, (kills.get(inHand) ?? 0) + 1);
    options.onKill?.(count, inHand);
    await world.sandbox.startBot();
  }
  goesOn = false;
  const [grants] = await Promise.all([grantWork, work, bulkWork]);
  await untilQuiet(world.db, 300_000);
  return { kills, databaseFaults, crashes, report: await checkInvariants(world, { promises, bulk, grants }) };
}

function disposable(pool: pg.Pool): pg.Pool & AsyncDisposable {
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() });
}

/** The kinds of the unfinished jobs of the killed process, as text. */
async function whatIsInHand({ db }: BenchWorld): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    "select distinct name from pgboss.job where state in ('active', 'created', 'retry') and start_after <= now() order by 1",
  );
  return rows.map(({ name }) => name).join(", ") || "nothing";
}
