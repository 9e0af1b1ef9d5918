import { describe, expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import {
  type CardClick,
  type ChangeRequest,
  createControlBulk,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import {
  someChannels,
  someLead,
  somePerson,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { LENIENT, lenientAuthorizer, storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const BY_THEO: CardClick = {
  clickId: "9f4f6f5e-0000-4000-8000-000000000003",
  requestId: 1,
  slackUserId: "U0THEO",
  place: { channelId: "C0APPROVE", threadTs: null },
};
const BY_MAYA = { ...BY_THEO, slackUserId: "U0MAYA" };
const TARGETS = (["verified", "executing", "waiting", "waiting"] as const).map((state, position) =>
  someTarget({ position, state, userId: `user-${position}`, username: `user${position}@x.example` }),
);

/** Maya's bulk, of which the second target is being written. */
function setUp(patch: Partial<ChangeRequest> = {}) {
  const request = someRequest({ state: "executing", targets: TARGETS, ...patch });
  const store = storeOf(request);
  const people = [somePerson(), someLead()];
  const { authorizer, asked } = lenientAuthorizer(people);
  const control = createControlBulk({
    authorizer,
    directory: directoryOf(...people),
    channels: someChannels(),
    uow: store.uow,
    visibleRequest: async () => request,
    clock: systemClock,
  });
  const states = () => store.stored().targets.map(({ state }) => state);
  return { control, store, asked, states };
}

describe("a bulk", () => {
  it.each(["pause", "stop"] as const)(
    "is held back by its requester's %s, without asking any policy",
    async (how) => {
      const { control, store, asked } = setUp();
      store.decideBy("newer");
      await control(BY_MAYA, how);
      expect(store.stored()).toMatchObject(how === "pause" ? { paused: true } : { stopped: true });
      expect(asked.actions).toEqual([]);
    },
  );

  it("goes on by its requester's click only if the policies let them", async () => {
    const { control, store, asked } = setUp({ paused: true });
    await control(BY_MAYA, "resume");
    expect(store.stored().paused).toBe(false);
    expect(store.jobs()).toContainEqual({ kind: "execute_bulk", requestId: 1 });
    expect(asked.actions).toEqual([{ who: "U0MAYA", action: "cancel", freshness: FRESH }]);
    expect(store.entries()).toMatchObject([{ kind: "request.resumed", policyHash: LENIENT }]);
  });

  it("is held back by anybody else only if the policies let them", async () => {
    for (const how of ["pause", "stop"] as const) {
      const { control, asked } = setUp();
      await control(BY_THEO, how);
      expect(asked.actions).toEqual([{ who: "U0THEO", action: "cancel", freshness: FRESH }]);
    }
  });

  it("isn't resumed by policies that decide no more when it is stored", async () => {
    const { control, store } = setUp({ paused: true });
    store.decideBy("newer");
    await expect(control(BY_THEO, "resume")).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored().paused).toBe(true);
  });

  it("that is stopped skips the targets that wait, and nothing that is being written", async () => {
    const { control, store, states } = setUp();
    await control(BY_THEO, "stop");
    expect(states()).toEqual(["verified", "executing", "skipped", "skipped"]);
    const settled = { settledAt: expect.any(Date), explanation: expect.stringMatching(/./) };
    expect(store.stored().targets.slice(2)).toMatchObject([settled, settled]);
    expect(store.stored()).toMatchObject({ state: "executing", stopped: true, paused: false });
    expect(store.entries()[0]).toMatchObject({ kind: "request.stopped", details: { skipped: 2 } });
  });

  it("that is stopped while nothing is being written is done", async () => {
    const targets = TARGETS.filter(({ state }) => state !== "executing");
    const { control, store } = setUp({ targets });
    await control(BY_THEO, "stop");
    expect(store.stored().state).toBe("done");
  });

  it("that was paused and is stopped isn't paused any more", async () => {
    const { control, store } = setUp({ paused: true });
    await control(BY_MAYA, "stop");
    expect(store.stored()).toMatchObject({ paused: false, stopped: true });
  });

  it.each([
    ["pause", { paused: true }],
    ["resume", { paused: false }],
  ] as const)("can't %s where it did already", async (how, patch) => {
    const { control, store } = setUp(patch);
    await control(BY_THEO, how);
    expect(store.audited()).toEqual(["attempt.rejected"]);
    expect(store.told()).toEqual(["bulk_unchanged"]);
  });

  it.each(["done", "approved", "cancelled"] as const)("that is %s by then isn't stopped", async (state) => {
    const { control, store, states } = setUp();
    store.meanwhile({ state });
    await control(BY_THEO, "stop");
    expect(store.told()).toEqual(["bulk_unchanged"]);
    expect(states()).not.toContain("skipped");
  });

  it("is paused once by a click that is delivered again after somebody resumed it", async () => {
    const { control, store } = setUp();
    await control(BY_THEO, "pause");
    store.meanwhile({ paused: false });
    await control(BY_THEO, "pause");
    expect(store.stored().paused).toBe(false);
    expect(store.audited()).toEqual(["request.paused"]);
  });
});

it("a request about one subject is never paused", async () => {
  const { control, store } = setUp({ targets: [someTarget({ state: "executing" })] });
  await control(BY_THEO, "pause");
  expect(store.stored().paused).toBe(false);
  expect(store.told()).toEqual(["bulk_unchanged"]);
});
