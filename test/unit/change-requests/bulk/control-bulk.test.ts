import { describe, expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import { type ChangeRequest, createControlBulk } from "../../../../src/change-requests/index.ts";
import { someRequest, someTarget } from "../../../support/domain-objects.ts";
import { clicksOn, someClick } from "../../../support/one-click.ts";
import { LENIENT } from "../../../support/one-request.ts";

const BY_THEO = someClick();
const BY_MAYA = someClick({ slackUserId: "U0MAYA" });
const TARGETS = (["verified", "executing", "waiting", "waiting"] as const).map((state, position) =>
  someTarget({ position, state, userId: `user-${position}`, username: `user${position}@x.example` }),
);

/** Maya's bulk, of which the second target is being written. */
function setUp(patch: Partial<ChangeRequest> = {}) {
  const request = someRequest({ state: "executing", targets: TARGETS, ...patch });
  const { options, store, asked } = clicksOn(request);
  const states = () => store.stored().targets.map(({ state }) => state);
  return { control: createControlBulk(options), store, asked, states };
}

describe("pausing, resuming and stopping a bulk", () => {
  it.each(["pause", "stop"] as const)("the requester can %s a bulk, and no policy is asked", async (how) => {
    const { control, store, asked } = setUp();
    store.decideBy("newer");
    await control(BY_MAYA, how);
    expect(store.stored()).toMatchObject(how === "pause" ? { paused: true } : { stopped: true });
    expect(asked.actions).toEqual([]);
  });

  it("the requester can resume a bulk only if the policies permit it", async () => {
    const { control, store, asked } = setUp({ paused: true });
    await control(BY_MAYA, "resume");
    expect(store.stored().paused).toBe(false);
    expect(store.jobs()).toContainEqual({ kind: "execute_bulk", requestId: 1 });
    expect(asked.actions).toEqual([{ who: "U0MAYA", action: "cancel", freshness: FRESH }]);
    expect(store.entries()).toMatchObject([{ kind: "request.resumed", policyHash: LENIENT }]);
  });

  it.each(["pause", "stop"] as const)(
    "another person can %s a bulk only if the policies permit it",
    async (how) => {
      const { control, asked } = setUp();
      await control(BY_THEO, how);
      expect(asked.actions).toEqual([{ who: "U0THEO", action: "cancel", freshness: FRESH }]);
    },
  );

  it("resuming a bulk fails if other policies decide when it is stored", async () => {
    const { control, store } = setUp({ paused: true });
    store.decideBy("newer");
    await expect(control(BY_THEO, "resume")).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored().paused).toBe(true);
  });

  it("a stopped bulk skips its waiting targets, and the target that is being written goes on", async () => {
    const { control, store, states } = setUp();
    await control(BY_THEO, "stop");
    expect(states()).toEqual(["verified", "executing", "skipped", "skipped"]);
    const settled = { settledAt: expect.any(Date), explanation: expect.stringMatching(/./) };
    expect(store.stored().targets.slice(2)).toMatchObject([settled, settled]);
    expect(store.stored()).toMatchObject({ state: "executing", stopped: true, paused: false });
    expect(store.entries()[0]).toMatchObject({ kind: "request.stopped", details: { skipped: 2 } });
  });

  it("a bulk that is stopped while no target is being written is done", async () => {
    const { control, store } = setUp({ targets: TARGETS.filter(({ state }) => state !== "executing") });
    await control(BY_THEO, "stop");
    expect(store.stored().state).toBe("done");
  });

  it("a paused bulk that is stopped is not paused any more", async () => {
    const { control, store } = setUp({ paused: true });
    await control(BY_MAYA, "stop");
    expect(store.stored()).toMatchObject({ paused: false, stopped: true });
  });

  it("a bulk that is stopped after a pause goes on with the target that is being written", async () => {
    const { control, store } = setUp({ paused: true });
    await control(BY_MAYA, "stop");
    expect(store.jobs()).toContainEqual({ kind: "execute_bulk", requestId: 1 });
  });

  it.each([
    ["pause", { paused: true }],
    ["resume", { paused: false }],
  ] as const)("a %s that changes nothing is refused", async (how, patch) => {
    const { control, store } = setUp(patch);
    await control(BY_THEO, how);
    expect(store.audited()).toEqual(["attempt.rejected"]);
    expect(store.told()).toEqual(["bulk_unchanged"]);
  });

  it.each(["done", "approved", "cancelled"] as const)(
    "a bulk that is %s by then can't be stopped",
    async (state) => {
      const { control, store, states } = setUp();
      store.meanwhile({ state });
      await control(BY_THEO, "stop");
      expect(store.told()).toEqual(["bulk_unchanged"]);
      expect(states()).not.toContain("skipped");
    },
  );

  it("a click that is delivered again after a resume does not pause the bulk again", async () => {
    const { control, store } = setUp();
    await control(BY_THEO, "pause");
    store.meanwhile({ paused: false });
    await control(BY_THEO, "pause");
    expect(store.stored().paused).toBe(false);
    expect(store.audited()).toEqual(["request.paused"]);
  });

  it("a request about one subject can't be paused", async () => {
    const { control, store } = setUp({ targets: [someTarget({ state: "executing" })] });
    await control(BY_THEO, "pause");
    expect(store.stored().paused).toBe(false);
    expect(store.told()).toEqual(["bulk_unchanged"]);
  });
});
