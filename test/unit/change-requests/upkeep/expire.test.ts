import { describe, expect, it } from "vitest";
import { createEscalateRatification, createExpire, type Job } from "../../../../src/change-requests/index.ts";
import { resumeUnfinished } from "../../../../src/change-requests/upkeep/at-start.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";
import { clockAt as standingAt, uowOf } from "../../../support/stub-ports.ts";

const END = new Date("2026-11-02T09:00:00Z");
const clockAt = (ms: number) => standingAt(new Date(END.getTime() + ms));

describe("the deadline of a request", () => {
  it.each(["executing", "done", "denied", "cancelled", "expired"] as const)(
    "a request that is %s stays so after its deadline",
    async (state) => {
      const store = storeOf(someRequest({ state, decideBy: END }));
      await createExpire({ uow: store.uow, clock: clockAt(0) })(1);
      expect(store.stored().state).toBe(state);
      expect(store.jobs()).toEqual([]);
    },
  );

  it("a request that is not due yet stays, and its expiry is enqueued again", async () => {
    const store = storeOf(someRequest({ decideBy: END }));
    await createExpire({ uow: store.uow, clock: clockAt(-1) })(1);
    expect(store.stored().state).toBe("pending");
    expect(store.jobs()).toEqual([{ kind: "expire", requestId: 1 }]);
  });

  const LATER = new Date(END.getTime() + 3_600_000);
  it.each([
    ["pending", { decideBy: END, executeBy: LATER }, "expired"],
    ["stale", { decideBy: END, executeBy: LATER }, "expired"],
    ["approved", { decideBy: END, executeBy: LATER }, "approved"],
    ["pending", { decideBy: LATER, executeBy: END }, "pending"],
    ["stale", { decideBy: LATER, executeBy: END }, "stale"],
    ["approved", { decideBy: LATER, executeBy: END }, "expired"],
  ] as const)(
    "a waiting request expires by its time to decide, and an approved one by its time to execute: %s, %j",
    async (state, times, next) => {
      const store = storeOf(someRequest({ state, ...times }));
      await createExpire({ uow: store.uow, clock: clockAt(0) })(1);
      expect(store.stored().state).toBe(next);
      const waits = next === "expired" ? [] : [{ kind: "expire", requestId: 1 }];
      expect(store.jobs().filter(({ kind }) => kind === "expire")).toEqual(waits);
    },
  );
});

describe("the deadline of a ratification", () => {
  const awaited = { state: "awaiting", deadlineAt: END, overdue: false, decision: null } as const;
  const emergency = { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] };
  const storeAwaiting = (patch = {}) =>
    storeOf(someRequest({ state: "done", emergency, ratification: { ...awaited, ...patch } }));

  it("a ratification that is due is escalated once, however often a job runs", async () => {
    const store = storeAwaiting();
    const escalate = createEscalateRatification({ uow: store.uow, clock: clockAt(0) });
    for (let time = 0; time < 2; time += 1) await escalate(1);
    expect(store.stored().ratification).toMatchObject({ state: "awaiting", overdue: true });
    expect(store.entries()).toMatchObject([
      { kind: "ratification.overdue", details: { escalateTo: emergency.escalateTo } },
    ]);
    expect(store.jobs()).toContainEqual({ kind: "sound_alarm", requestId: 1, topic: "overdue" });
  });

  it("a ratification that is not due yet is looked at again", async () => {
    const store = storeAwaiting();
    await createEscalateRatification({ uow: store.uow, clock: clockAt(-1) })(1);
    expect(store.stored().ratification).toEqual(awaited);
    expect(store.jobs()).toEqual([{ kind: "ratification_due", requestId: 1 }]);
  });

  it.each(["ratified", "disputed"] as const)("a ratification that is %s is not escalated", async (state) => {
    const store = storeAwaiting({ state });
    await createEscalateRatification({ uow: store.uow, clock: clockAt(0) })(1);
    expect(store.audited()).toEqual([]);
    expect(store.jobs()).toEqual([]);
  });
});

it("a start of the bot goes on with the end of temporary roles that is due, because its job may be lost", async () => {
  const ends: readonly (readonly [number, number])[] = [
    [3, -1],
    [4, 1],
  ];
  const jobs: Job[] = [];
  const uow = uowOf({
    requests: { unfinished: async () => [], undetermined: async () => [] },
    grants: {
      due: async (at: Date) => ends.flatMap(([id, ms]) => (END.getTime() + ms <= at.getTime() ? [id] : [])),
    },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  });
  await resumeUnfinished({ uow, clock: clockAt(0) });
  expect(jobs).toEqual([{ kind: "end_grants", requestId: 3 }, { kind: "publish_audit" }]);
});
