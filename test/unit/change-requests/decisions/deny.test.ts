import { describe, expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createOpenDenial,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someChannels, someLead, somePerson, someRequest } from "../../../support/domain-objects.ts";
import { lenientAuthorizer, storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const SHOWN = someRequest().snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
const OPENING = { requestId: 1, slackUserId: "U0THEO", shownSnapshot: SHOWN };

/** A request of Maya, who is shown as she is now. */
function setUp(patch: Partial<ChangeRequest> = {}, maya = somePerson()) {
  const request = someRequest(patch);
  const store = storeOf(request);
  const people = [maya, someLead()];
  const { authorizer, asked } = lenientAuthorizer(people);
  const openDenial = createOpenDenial({
    authorizer,
    directory: directoryOf(...people),
    channels: someChannels(),
    uow: store.uow,
    visibleRequest: async () => request,
    clock: systemClock,
  });
  return { openDenial, store, asked };
}

describe("the form that asks why a request is denied", () => {
  it("is opened for whoever may deny it, asked with fresh groups", async () => {
    const { openDenial, store, asked } = setUp();
    expect((await openDenial(OPENING)).id).toBe(1);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "deny", freshness: FRESH }]);
    expect(store.audited()).toEqual([]);
  });

  it("is refused to whoever has the requester's address by now, though neither had it then", async () => {
    const { openDenial, store } = setUp({}, somePerson({ email: someLead().email }));
    await expect(openDenial(OPENING)).rejects.toMatchObject({ code: "own_request" });
    expect(store.entries()).toMatchObject([{ kind: "attempt.rejected", details: { fault: "own_request" } }]);
  });

  it.each<[string, Partial<ChangeRequest>, Partial<typeof OPENING>, string]>([
    ["is decided", { state: "approved" }, {}, "already_decided"],
    ["has changed since the card was shown", {}, { shownSnapshot: "0".repeat(16) }, "card_out_of_date"],
    ["is one's own", { requester: { slackUserId: "U0MAYA", email: someLead().email } }, {}, "own_request"],
  ])("is refused, and that is audited, where the request %s", async (_what, patch, opening, fault) => {
    const { openDenial, store } = setUp(patch);
    await expect(openDenial({ ...OPENING, ...opening })).rejects.toMatchObject({ code: fault });
    expect(store.entries()).toMatchObject([
      {
        kind: "attempt.rejected",
        actor: { slackUserId: "U0THEO" },
        requestId: "CR-1",
        details: { action: "denial", fault },
      },
    ]);
  });
});
