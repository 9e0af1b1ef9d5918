import { expect, test } from "vitest";
import { runChaos } from "../../bench/chaos/run-chaos.ts";

/** More of both with `npm run chaos`. */
const KILLS = 3;

test("kill -9 at random moments loses nothing, repeats nothing, and leaves a whole chain and cards that are right", {
  timeout: 240_000,
}, async () => {
  const seed = Math.floor(Math.random() * 100_000);
  process.stdout.write(`Seed of the moments: ${seed}\n`);
  const { kills, judgement } = await runChaos({ kills: KILLS, seed, bulkTargets: 12 });
  expect([...kills.values()].reduce((sum, count) => sum + count, 0)).toBe(KILLS);
  const { requests, verified, rolesLent, givenUp: _givenUp, resent, ...faults } = judgement;
  expect(verified).toBeGreaterThanOrEqual(12);
  expect(requests).toBeGreaterThan(1);
  expect(rolesLent).toBeGreaterThanOrEqual(1);
  expect(faults).toEqual({ lost: [], unfinished: [], repeated: [], chainFaults: [], wrongMessages: [] });
});
