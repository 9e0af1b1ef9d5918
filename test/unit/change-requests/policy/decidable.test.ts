import { describe, expect, it } from "vitest";
import type { Person } from "../../../../src/authorization/index.ts";
import {
  identityKeys,
  isSamePerson,
  subjectIdentityKeys,
} from "../../../../src/change-requests/confidentiality/identity-keys.ts";
import { type ChangeRequest, SHOWN_SNAPSHOT_LENGTH } from "../../../../src/change-requests/index.ts";
import { assertCardChannel, assertDecidable } from "../../../../src/change-requests/policy/decidable.ts";
import { subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import {
  someChangeFacts,
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";

const THEO = someLead();
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" },
  verdict: "denial",
  reason: "Not now",
});

/** Theo approves a request that is so, in the place of the `delegator` if there is one. */
function approve(patch: Partial<ChangeRequest>, delegator: readonly Person[] = []): void {
  const request = someRequest(patch);
  const shownSnapshot = request.snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
  assertDecidable(
    request,
    { verdict: "approval", shownSnapshot },
    { approver: identityKeys(THEO, ...delegator), people: new Map() },
  );
}

describe("a request", () => {
  it("that is decided names whoever decided last", () => {
    const decisions = [someDecision(), BY_PRIYA];
    expect(() => approve({ state: "denied", decisions })).toThrow(
      expect.objectContaining({
        code: "already_decided",
        data: { requestId: expect.any(Number), state: "denied", lastBy: BY_PRIYA.approver.slackUserId },
      }),
    );
  });

  it("is approved once by one person, unless their approval counts no more", () => {
    expect(() => approve({ decisions: [someDecision()] })).toThrow(
      expect.objectContaining({ code: "already_approved_by_you" }),
    );
    expect(() => approve({ decisions: [someDecision({ void: true })] })).not.toThrow();
  });

  it("is approved once by one person, even if another approved in their place", () => {
    const priyaFor = (onBehalfOf: string | null) => ({
      decisions: [someDecision({ approver: BY_PRIYA.approver, onBehalfOf })],
    });
    const alreadyApproved = expect.objectContaining({ code: "already_approved_by_you" });
    expect(() => approve(priyaFor("U0THEO"))).toThrow(alreadyApproved);
    expect(() => approve(priyaFor("U0LENA"))).not.toThrow();
    const lena = someLead({ slackUserId: "U0LENA", email: null });
    expect(() => approve(priyaFor("U0LENA"), [lena])).toThrow(alreadyApproved);
    expect(() => approve(priyaFor(null), [lena])).not.toThrow();
  });

  it("is not approved in the place of its requester", () => {
    expect(() => approve({}, [somePerson()])).toThrow(expect.objectContaining({ code: "own_request" }));
  });
});

it("somebody with the subject's username as their address is the subject, however Incydr writes it", () => {
  const nadia = somePerson({ slackUserId: "U0OTHER", email: "nadia.petrov@harborlight.example" });
  const facts = someFacts({ username: "Nadia.Petrov@HarborLight.example" });
  const subject = subjectIdentityKeys({ subject: subjectFacts(facts, []) });
  expect(isSamePerson(subject, identityKeys(nadia))).toBe(true);
});

it.each([
  ["shared with another company, private or not", { private: true, shared: true, allowed: true }, "shared"],
  [
    "public, if the configuration doesn't allow it",
    { private: false, shared: false, allowed: false },
    "public",
  ],
])("nothing is decided on a card in a channel that is %s", async (_what, channel, why) => {
  const about = { subject: subjectFacts(someFacts(), []), change: someChangeFacts({ channel }) };
  const asked = assertCardChannel(1, [about], { isCardUnseen: async () => false });
  await expect(asked).rejects.toMatchObject({ code: "card_channel_not_allowed", data: { why } });
});
