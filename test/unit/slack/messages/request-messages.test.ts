import { expect, it } from "vitest";
import { PEOPLE, requestOf, viewOf } from "../../../../scripts/catalogue/fixtures.ts";
import { ACTION_IDS } from "../../../../src/slack/ids/registrations.ts";
import { requestDetails } from "../../../../src/slack/messages/request-messages.ts";

function actionsFor(slackUserId: string, canApprove: boolean): unknown[] {
  const shown = requestDetails(slackUserId, { view: viewOf(requestOf()), url: null, canApprove });
  return shown.blocks.flatMap((block) =>
    block.type === "actions" ? block.elements.map((element) => element.action_id) : [],
  );
}

it("a person who can approve gets each button of the card", () => {
  const { approve, deny, cancel } = ACTION_IDS;
  expect(actionsFor(PEOPLE.theo.slackUserId, true)).toEqual([approve, deny, cancel]);
});

it("a person who can't approve is not offered to, and may still deny", () => {
  expect(actionsFor(PEOPLE.theo.slackUserId, false)).toEqual([ACTION_IDS.deny, ACTION_IDS.cancel]);
});

it("the requester gets no button by which others decide", () => {
  expect(actionsFor(PEOPLE.maya.slackUserId, true)).toEqual([ACTION_IDS.cancel]);
});
