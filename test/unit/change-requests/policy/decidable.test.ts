import { describe, expect, it } from "vitest";
import type { Person } from "../../../../src/authorization/index.ts";
import {
  identityKeys,
  isSamePerson,
  readPeopleNow,
  subjectIdentityKeys,
} from "../../../../src/change-requests/confidentiality/identity-keys.ts";
import { type ChangeRequest, SHOWN_SNAPSHOT_LENGTH } from "../../../../src/change-requests/index.ts";
import { assertDecidable } from "../../../../src/change-requests/policy/decidable.ts";
import { subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import {
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const THEO = someLead();
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" },
  verdict: "denial",
  reason: "Not now",
});

/** Theo approves such a request, in the place of the `delegator` if there is one. */
function approve(patch: Partial<ChangeRequest>, delegator: readonly Person[] = []): void {
  const request = someRequest(patch);
  const shownSnapshot = request.snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
  assertDecidable(
    request,
    { verdict: "approval", shownSnapshot },
    { approver: identityKeys(THEO, ...delegator), people: new Map() },
  );
}

describe("a request that may be decided", () => {
  it("the refusal of a decided request names the person who decided last", () => {
    const decisions = [someDecision(), BY_PRIYA];
    expect(() => approve({ state: "denied", decisions })).toThrow(
      expect.objectContaining({
        code: "already_decided",
        data: { requestId: expect.any(Number), state: "denied", lastBy: BY_PRIYA.approver.slackUserId },
      }),
    );
  });

  it("a person can approve a request once, unless their approval is void", () => {
    expect(() => approve({ decisions: [someDecision()] })).toThrow(
      expect.objectContaining({ code: "already_approved_by_you" }),
    );
    expect(() => approve({ decisions: [someDecision({ void: true })] })).not.toThrow();
  });

  it("a person can't approve a request that another person approved in their place", () => {
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

  it("a person in whose place another approved can't approve with a second account", async () => {
    const lena = someLead({ slackUserId: "U0LENA", email: "lena.fischer@harborlight.example" });
    const request = someRequest({ decisions: [someDecision({ onBehalfOf: "U0LENA" })] });
    const shownSnapshot = request.snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
    const people = await readPeopleNow(request, directoryOf(somePerson(), THEO, lena));
    const approveAs = (approver: Person) => () =>
      assertDecidable(
        request,
        { verdict: "approval", shownSnapshot },
        { approver: identityKeys(approver), people },
      );
    expect(approveAs({ ...lena, slackUserId: "U0LENA2" })).toThrow(
      expect.objectContaining({ code: "already_approved_by_you" }),
    );
    expect(approveAs(someLead({ slackUserId: "U0PRIYA", email: null }))).not.toThrow();
  });

  it("a request can't be approved in the place of its requester", () => {
    expect(() => approve({}, [somePerson()])).toThrow(expect.objectContaining({ code: "own_request" }));
  });
});

it("a person whose address is the subject's username in any case is the subject", () => {
  const nadia = somePerson({ slackUserId: "U0OTHER", email: "nadia.petrov@harborlight.example" });
  const facts = someFacts({ username: "Nadia.Petrov@HarborLight.example" });
  const subject = subjectIdentityKeys({ subject: subjectFacts(facts, []) });
  expect(isSamePerson(subject, identityKeys(nadia))).toBe(true);
});
