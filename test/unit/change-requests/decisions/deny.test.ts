import { describe, expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createOpenDenial,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../../../src/change-requests/index.ts";
import { someLead, somePerson, someRequest } from "../../../support/domain-objects.ts";
import { clicksOn } from "../../../support/one-click.ts";

const SHOWN = someRequest().snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
const OPENING = { requestId: 1, slackUserId: "U0THEO", shownSnapshot: SHOWN };

/** A request of Maya, and Maya as Slack shows her now. */
function setUp(patch: Partial<ChangeRequest> = {}, maya = somePerson()) {
  const { options, ...setting } = clicksOn(someRequest(patch), { people: [maya, someLead()] });
  return { openDenial: createOpenDenial(options), ...setting };
}

describe("the form that asks why a request is denied", () => {
  it("the form opens for a person who may deny the request with fresh groups", async () => {
    const { openDenial, store, asked } = setUp();
    expect((await openDenial(OPENING)).id).toBe(1);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "deny", freshness: FRESH }]);
    expect(store.audited()).toEqual([]);
  });

  const byTheosAddress = { requester: { slackUserId: "U0MAYA", email: someLead().email } };
  it.each<[string, Parameters<typeof setUp>, Partial<typeof OPENING>, string]>([
    ["the request is decided", [{ state: "approved" }], {}, "already_decided"],
    ["the request has changed since", [], { shownSnapshot: "0".repeat(16) }, "card_out_of_date"],
    ["the requester had the same address", [byTheosAddress], {}, "own_request"],
    [
      "the requester has the same address now",
      [{}, somePerson({ email: someLead().email })],
      {},
      "own_request",
    ],
  ])("the form is refused, and the refusal audited, if %s", async (_if, given, opening, fault) => {
    const { openDenial, store } = setUp(...given);
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
