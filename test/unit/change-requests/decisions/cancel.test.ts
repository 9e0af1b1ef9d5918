import { describe, expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import { type CardClick, type ChangeRequest, createCancel } from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someChannels, someLead, somePerson, someRequest } from "../../../support/domain-objects.ts";
import { LENIENT, lenientAuthorizer, storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const CLICK: CardClick = {
  clickId: "9f4f6f5e-0000-4000-8000-000000000002",
  requestId: 1,
  slackUserId: "U0THEO",
  place: { channelId: "C0APPROVE", threadTs: null },
};
const BY_MAYA = { ...CLICK, slackUserId: "U0MAYA" };

/** Maya's request, which Theo may cancel by the policies. */
function setUp(patch: Partial<ChangeRequest> = {}) {
  const request = someRequest(patch);
  const store = storeOf(request);
  const people = [somePerson(), someLead()];
  const { authorizer, asked } = lenientAuthorizer(people);
  const cancel = createCancel({
    authorizer,
    directory: directoryOf(...people),
    channels: someChannels(),
    uow: store.uow,
    visibleRequest: async () => request,
    clock: systemClock,
  });
  return { cancel, store, asked };
}

describe("a request", () => {
  it("is cancelled by its requester, without asking any policy", async () => {
    const { cancel, store, asked } = setUp();
    store.decideBy("newer");
    await cancel(BY_MAYA);
    expect(store.stored()).toMatchObject({ state: "cancelled", cancellation: { slackUserId: "U0MAYA" } });
    expect(store.entries()).toMatchObject([{ kind: "request.cancelled", actor: someRequest().requester }]);
    expect(asked.actions).toEqual([]);
  });

  it("is cancelled by anybody else whom the policies let, asked with fresh groups", async () => {
    const { cancel, store, asked } = setUp();
    await cancel(CLICK);
    expect(store.stored()).toMatchObject({ state: "cancelled", cancellation: { slackUserId: "U0THEO" } });
    expect(store.entries()).toMatchObject([{ actor: { slackUserId: "U0THEO" }, policyHash: LENIENT }]);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "cancel", freshness: FRESH }]);
  });

  it("isn't cancelled by policies that decide no more when it is stored", async () => {
    const { cancel, store } = setUp();
    store.decideBy("newer");
    await expect(cancel(CLICK)).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored().state).toBe("pending");
  });

  it("that is begun in between isn't cancelled", async () => {
    const { cancel, store } = setUp({ state: "approved" });
    store.meanwhile({ state: "executing" });
    await cancel(BY_MAYA);
    expect(store.stored().cancellation).toBeNull();
    expect(store.told()).toEqual(["already_decided"]);
  });

  it("is cancelled once by a click that is delivered again", async () => {
    const { cancel, store } = setUp();
    await cancel(BY_MAYA);
    await cancel(BY_MAYA);
    expect(store.audited()).toEqual(["request.cancelled"]);
    expect(store.told()).toEqual([]);
  });
});
