import { expect, test } from "vitest";
import {
  createWarnOfEnd,
  type Grant,
  type Job,
  type UnitOfWork,
} from "../../../../src/change-requests/index.ts";
import { someGrant } from "../../../support/domain-objects.ts";

const END = new Date("2026-11-01T18:00:00Z");
const at = (minutes: number) => new Date(END.getTime() + minutes * 60_000);

/** The messages left to be sent about CR-1, whose grant ends at six, ten minutes before; and whether it was noted. */
async function warned(mine: Partial<Grant>, others: readonly Partial<Grant>[] = []) {
  const grants = [{}, ...others].map((patch) => someGrant({ ...patch }));
  grants[0] = someGrant(mine);
  const jobs: Job[] = [];
  const noted: number[] = [];
  const audited: string[] = [];
  const tx = {
    grants: {
      ofRequest: async () => grants.slice(0, 1),
      lockOpen: async () => grants,
      update: async ({ requestId }: Grant) => void noted.push(requestId),
    },
    audit: { append: async ({ kind }: { kind: string }) => void audited.push(kind) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  };
  const uow = { run: (work: (part: typeof tx) => unknown) => work(tx) } as unknown as UnitOfWork; // it uses no more
  await createWarnOfEnd({ uow, clock: { now: () => at(-10), sleep: async () => {} } })(1);
  return { told: jobs.map(({ kind }) => kind), noted, audited };
}

const SAID = { told: ["announce"], noted: [1], audited: ["grant.warned"] };
const NOTHING = { told: [], noted: [], audited: [] };

test.each([
  ["is the only one that holds the role", {}, [], SAID],
  ["ends with another one of the role", {}, [{ requestId: 2, endsAt: END }], SAID],
  ["ends after another one of the role", {}, [{ requestId: 2, endsAt: at(-5) }], SAID],
  ["ends before another one of the role", {}, [{ requestId: 2, endsAt: at(1) }], NOTHING],
  [
    "ends before one that is taken away already",
    {},
    [{ requestId: 2, endsAt: at(1), state: "revoking" as const }],
    SAID,
  ],
  [
    "ends before the later one of two others",
    {},
    [
      { requestId: 2, endsAt: at(-5) },
      { requestId: 3, endsAt: at(60) },
    ],
    NOTHING,
  ],
  ["was warned of before", { warnedAt: at(-60) }, [], NOTHING],
  ["is taken away already", { state: "revoking" as const }, [], NOTHING],
])("the end of a grant that %s: what is said of it", async (_what, mine, others, said) => {
  expect(await warned(mine, others)).toEqual(said);
});
