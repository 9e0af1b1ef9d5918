import fc from "fast-check";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { verifyChain } from "../../src/audit/index.ts";
import { createAuditReader } from "../../src/persistence/index.ts";
import { faultsOf } from "../support/model/model-faults.ts";
import { anySteps, bringToEnd, type Made, take } from "../support/model/model-steps.ts";
import { type ModelWorld, openModelWorld } from "../support/model/model-world.ts";

/** 2,000 with `npm run soak`. */
const RUNS = Number(process.env.MODEL_RUNS ?? 100);

test("in any order of clicks, timers, faults and kills, no request is lost, no effect is repeated, each state is audited, each write has its approvals, and each card is right in the end", {
  timeout: 1_200_000,
}, async () => {
  await using world = await openModelWorld();
  const seed = Number(process.env.MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`Seed of the model's runs: ${seed}\n`);
  const counts = { executed: 0, revoked: 0 };
  await fc.assert(
    fc.asyncProperty(anySteps, async (steps) => {
      await world.reset();
      const made: Made[] = [];
      for (const step of steps) await take(world, step, made);
      await bringToEnd(world, steps);
      counts.executed += world.tenant.writes.length;
      counts.revoked += await revokedGrants(world);
      expect(await faultsOf(world, made, steps)).toEqual([]);
    }),
    { numRuns: RUNS, seed, endOnFailure: false },
  );
  // The runs must have had an effect.
  expect(counts.executed).toBeGreaterThan(RUNS / 20);
  expect(counts.revoked).toBeGreaterThan(RUNS / 20);
  expect((await verifyChain(createAuditReader(world.db).all())).faults).toEqual([]);
});

async function revokedGrants({ db }: ModelWorld): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from grants
    where state = 'revoked'`.execute(db);
  return rows[0]?.count ?? 0;
}
