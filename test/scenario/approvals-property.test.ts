import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Act, createApprovalFuzzHarness, PEOPLE } from "../support/approval-fuzz-harness.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { useWorld } from "../support/scenario-world.ts";

/** More than these are tried by `PROPERTY_RUNS=1000`, and those of an earlier run by `PROPERTY_SEED`. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 12);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });
let harness: Awaited<ReturnType<typeof createApprovalFuzzHarness>>;
beforeAll(async () => {
  process.stdout.write(`Seed of the clicks: ${SEED}\n`);
  harness = await createApprovalFuzzHarness(world(), { clock, advance });
});

const who = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom("theo", "priya", "lena") },
  { weight: 1, arbitrary: fc.constantFrom(...PEOPLE) },
);
const which = fc.nat({ max: 9 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("approve"), who, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("approve_other_facts"), who, which, other: which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("approve_unsigned"), who, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("cancel", "renew", "deny"), who, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("denial_as_approval"), who, which, as: who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("submit"), who }) },
);
/** What happens at once; who joins or leaves the leads does so between two bursts. */
const burst = fc.oneof(
  { weight: 8, arbitrary: fc.array(act, { minLength: 1, maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("join", "leave"), who }).map((each): Act[] => [each]),
  },
);
/** Two leads approve everything: what the rest is compared with, so that something is written at all. */
const plainRun: Act[][] = ["theo", "priya"].map((lead) =>
  [0, 1, 2, 3, 4].map((index) => ({ kind: "approve", who: lead, which: index })),
);

test(
  "whatever is clicked, submitted or forged by whomever, nothing is written without the approvals of distinct, entitled people who neither asked nor are the subject",
  async () => {
    let written = 0;
    await fc.assert(
      fc
        .asyncProperty(fc.array(burst, { minLength: 1, maxLength: 3 }), async (bursts) => {
          for (const acts of bursts) {
            const { writes, unjustified } = await harness.run(acts);
            written += writes;
            expect(unjustified).toEqual([]);
          }
        })
        .beforeEach(() => harness.start())
        .afterEach(() => harness.end()),
      { numRuns: RUNS, seed: SEED, examples: [[plainRun]], endOnFailure: RUNS <= 25 },
    );
    expect(written).toBeGreaterThanOrEqual(5);
  },
  Math.max(300_000, RUNS * 4_000),
);
