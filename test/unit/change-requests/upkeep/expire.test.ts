import { describe, expect, it } from "vitest";
import { createEscalateRatification, createExpire } from "../../../../src/change-requests/index.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";

const END = new Date("2026-11-02T09:00:00Z");
const clockAt = (ms: number) => ({ now: () => new Date(END.getTime() + ms), sleep: async () => {} });

describe("a request's time", () => {
  it.each(["pending", "approved", "stale"] as const)(
    "that is up ends a request that is %s",
    async (state) => {
      const store = storeOf(someRequest({ state, decideBy: END }));
      await createExpire({ uow: store.uow, clock: clockAt(0) })(1);
      expect(store.stored().state).toBe("expired");
    },
  );

  it.each(["executing", "done", "denied", "cancelled", "expired"] as const)(
    "that is up changes nothing of a request that is %s",
    async (state) => {
      const store = storeOf(someRequest({ state, decideBy: END }));
      await createExpire({ uow: store.uow, clock: clockAt(0) })(1);
      expect(store.stored().state).toBe(state);
      expect(store.jobs()).toEqual([]);
    },
  );

  it("that isn't up yet is waited for", async () => {
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
    "to decide ends one that waits, and its time to execute one that is approved: %s, %j",
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

  it("that has come is escalated once, however often a job wakes", async () => {
    const store = storeAwaiting();
    const escalate = createEscalateRatification({ uow: store.uow, clock: clockAt(0) });
    for (let time = 0; time < 2; time += 1) await escalate(1);
    expect(store.stored().ratification).toMatchObject({ state: "awaiting", overdue: true });
    expect(store.entries()).toMatchObject([
      { kind: "ratification.overdue", details: { escalateTo: emergency.escalateTo } },
    ]);
    expect(store.jobs()).toContainEqual({ kind: "sound_alarm", requestId: 1, topic: "overdue" });
  });

  it("that is still to come is waited for", async () => {
    const store = storeAwaiting();
    await createEscalateRatification({ uow: store.uow, clock: clockAt(-1) })(1);
    expect(store.stored().ratification).toEqual(awaited);
    expect(store.jobs()).toEqual([{ kind: "ratification_due", requestId: 1 }]);
  });

  it.each(["ratified", "disputed"] as const)("escalates nothing that is %s", async (state) => {
    const store = storeAwaiting({ state });
    await createEscalateRatification({ uow: store.uow, clock: clockAt(0) })(1);
    expect(store.audited()).toEqual([]);
    expect(store.jobs()).toEqual([]);
  });
});
