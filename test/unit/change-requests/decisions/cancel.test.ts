import { describe, expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import { type ChangeRequest, createCancel } from "../../../../src/change-requests/index.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { clicksOn, someClick } from "../../../support/one-click.ts";
import { LENIENT } from "../../../support/one-request.ts";

const BY_THEO = someClick();
const BY_MAYA = someClick({ slackUserId: "U0MAYA" });

/** Maya's request, which the policies let Theo cancel. */
function setUp(patch: Partial<ChangeRequest> = {}) {
  const { options, ...setting } = clicksOn(someRequest(patch));
  return { cancel: createCancel(options), ...setting };
}

describe("cancelling a request", () => {
  it("the requester can cancel a request, and no policy is asked", async () => {
    const { cancel, store, asked } = setUp();
    store.decideBy("newer");
    await cancel(BY_MAYA);
    expect(store.stored()).toMatchObject({ state: "cancelled", cancellation: { slackUserId: "U0MAYA" } });
    expect(store.entries()).toMatchObject([{ kind: "request.cancelled", actor: someRequest().requester }]);
    expect(asked.actions).toEqual([]);
  });

  it("another person can cancel a request if the policies permit it with fresh groups", async () => {
    const { cancel, store, asked } = setUp();
    await cancel(BY_THEO);
    expect(store.stored()).toMatchObject({ state: "cancelled", cancellation: { slackUserId: "U0THEO" } });
    expect(store.entries()).toMatchObject([{ actor: { slackUserId: "U0THEO" }, policyHash: LENIENT }]);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "cancel", freshness: FRESH }]);
  });

  it("a cancellation fails if other policies decide when it is stored", async () => {
    const { cancel, store } = setUp();
    store.decideBy("newer");
    await expect(cancel(BY_THEO)).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored().state).toBe("pending");
  });

  it("a request whose execution has begun in between is not cancelled", async () => {
    const { cancel, store } = setUp({ state: "approved" });
    store.meanwhile({ state: "executing" });
    await cancel(BY_MAYA);
    expect(store.stored().cancellation).toBeNull();
    expect(store.told()).toEqual(["already_decided"]);
  });

  it("a click that is delivered twice cancels a request once", async () => {
    const { cancel, store } = setUp();
    for (let time = 0; time < 2; time += 1) await cancel(BY_MAYA);
    expect(store.audited()).toEqual(["request.cancelled"]);
    expect(store.told()).toEqual([]);
  });
});
