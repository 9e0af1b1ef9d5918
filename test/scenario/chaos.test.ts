import { expect, test } from "vitest";
import { runChaos } from "../../bench/chaos/run-chaos.ts";
import { newDataFolder } from "../support/database-parent.ts";

/** `npm run chaos` uses larger numbers. A smaller bulk would need only one approval. */
const KILLS = 3;
const BULK_TARGETS = 11;
const PAIRS = 1;

test("kills and database faults at random moments lose nothing, repeat nothing, and leave a whole chain and right cards", {
  timeout: 240_000,
}, async () => {
  const seed = Math.floor(Math.random() * 100_000);
  process.stdout.write(`Seed of the moments: ${seed}\n`);
  await using folder = await newDataFolder("postgres");
  const { kills, databaseFaults, crashes, report } = await runChaos({
    ...{ kills: KILLS, seed, bulkTargets: BULK_TARGETS, pairs: PAIRS },
    dataDir: folder.path,
  });
  expect([...kills.values()].reduce((sum, count) => sum + count, 0)).toBe(KILLS);
  expect(databaseFaults.size).toBeGreaterThan(1);
  expect(crashes).toEqual([]);
  const { requests, verified, temporaryRoles, givenUp: _givenUp, resent, ...faults } = report;
  expect(verified).toBeGreaterThanOrEqual(BULK_TARGETS);
  expect(requests).toBeGreaterThan(1);
  expect(temporaryRoles).toBeGreaterThanOrEqual(1);
  expect(faults).toEqual({ lost: [], unfinished: [], repeated: [], chainFaults: [], wrongMessages: [] });
});
