import { expect, test } from "vitest";
import { createWarnOfEnd, type Grant, type Job } from "../../../../src/change-requests/index.ts";
import { someGrant } from "../../../support/domain-objects.ts";
import { clockAt, uowOf } from "../../../support/stub-ports.ts";

const END = new Date("2026-11-01T18:00:00Z");
const at = (minutes: number) => new Date(END.getTime() + minutes * 60_000);

/** The jobs and entries of the warning about CR-1, by default ten minutes before its grant ends. */
async function warned(mine: Partial<Grant>, others: readonly Partial<Grant>[] = [], now = at(-10)) {
  const grants = [{}, ...others].map((patch) => someGrant({ ...patch }));
  grants[0] = someGrant(mine);
  const jobs: Job[] = [];
  const noted: number[] = [];
  const audited: string[] = [];
  const uow = uowOf({
    grants: {
      ofRequest: async () => grants.slice(0, 1),
      lockOpen: async () => grants,
      update: async ({ requestId }: Grant) => void noted.push(requestId),
    },
    audit: { append: async ({ kind }: { kind: string }) => void audited.push(kind) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  });
  await createWarnOfEnd({ uow, clock: clockAt(now) })(1);
  return { told: jobs.map(({ kind }) => kind), noted, audited };
}

const other = (endsAt: Date, patch: Partial<Grant> = {}) => ({ requestId: 2, endsAt, ...patch });
test.each<[string, Partial<Grant>[]]>([
  ["is the only one of the role", []],
  ["ends with another grant of the role", [other(END)]],
  ["ends after another grant of the role", [other(at(-5))]],
  ["ends before a grant that is being revoked", [other(at(1), { state: "revoking" })]],
])("the end of a grant that %s is announced and audited once", async (_what, others) => {
  expect(await warned({}, others)).toEqual({ told: ["announce"], noted: [1], audited: ["grant.warned"] });
});

test.each<[string, Partial<Grant>, Partial<Grant>[]]>([
  ["ends before another grant of the role", {}, [other(at(1))]],
  ["ends before the later of two others", {}, [other(at(-5)), other(at(60), { requestId: 3 })]],
  ["was announced before", { warnedAt: at(-60) }, []],
  ["is being revoked", { state: "revoking" }, []],
])("the end of a grant that %s is not announced", async (_what, mine, others) => {
  expect(await warned(mine, others)).toEqual({ told: [], noted: [], audited: [] });
});

test.each([0, 5])("an end that was reached %i minutes ago is not announced as to come", async (minutes) => {
  expect(await warned({}, [], at(minutes))).toEqual({ told: [], noted: [], audited: [] });
});
