import { expect, test } from "vitest";
import {
  invitationLines,
  invitationMessage,
  repeatedInvitation,
} from "../../../../src/slack/texts/invitation-texts.ts";

import { someDecision, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

const PEOPLE = ["U0THEO", "U0PRIYA"];

test("a card names its invited approvers, and has no such line without them", () => {
  expect(invitationLines(someRequest())).toEqual([]);
  const [line = []] = invitationLines(someRequest({ peopleAsked: PEOPLE }));
  expect(line.filter(({ type }) => type === "user")).toEqual(
    PEOPLE.map((user_id) => ({ type: "user", user_id })),
  );
});

test("a thread invites again only approvers whose approval is missing, while it is missing", () => {
  const request = someRequest({ peopleAsked: PEOPLE, decisions: [someDecision()] });
  expect(JSON.stringify(repeatedInvitation(request))).not.toContain("U0THEO");
  expect(JSON.stringify(repeatedInvitation(request))).toContain("U0PRIYA");
  expect(repeatedInvitation({ ...request, state: "approved" })).toEqual([]);
});

test("an invitation by direct message names the change, and neither the reason nor facts of the user", () => {
  const { blocks, text } = invitationMessage(someRequest(), { url: "https://x.example/1", isPrivate: true });
  const said = readable(blocks);
  expect(said).toContain("deactivate nadia.petrov@harborlight.example. Requested by ");
  expect(said).toContain("is in a private channel. If you can't open it, ask a member to add you.");
  expect(said).not.toMatch(/exfiltration|4711|research/i);
  expect(text).toBe("CR-1 needs your approval");
});

test("an invitation to a bulk counts its users and names none", () => {
  const targets = [someTarget(), someTarget({ position: 1 })];
  const { blocks } = invitationMessage(someRequest({ targets, targetCount: 2 }), {
    url: null,
    isPrivate: true,
  });
  expect(readable(blocks)).toContain("deactivate 2 users. Requested by ");
  expect(readable(blocks)).toContain("Ask the requester where the card is.");
  expect(readable(blocks)).not.toMatch(/nadia/i);
});
