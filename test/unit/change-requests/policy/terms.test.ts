import { expect, it } from "vitest";
import type { Authorizer, Terms } from "../../../../src/authorization/index.ts";
import { type PolicyInput, subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { termsForAll } from "../../../../src/change-requests/policy/terms.ts";
import { someChangeFacts, someFacts, somePerson } from "../../../support/domain-objects.ts";

const NONE: Terms = {
  expiryHours: null,
  remindAfterMinutes: null,
  escalateAfterMinutes: null,
  escalateTo: [],
  ratifyWithinHours: null,
};

/** The answers of the policies about each of two subjects. */
function termsOf(nadia: Partial<Terms>, rolf: Partial<Terms>): Promise<Terms> {
  const about = (username: string): PolicyInput => ({
    subject: subjectFacts(someFacts({ username }), []),
    change: someChangeFacts(),
  });
  const authorizer: Pick<Authorizer, "terms"> = {
    terms: (_requester, { subject }) => ({ ...NONE, ...(subject.username === "nadia" ? nadia : rolf) }),
  };
  return termsForAll(authorizer, somePerson(), [about("nadia"), about("rolf")]);
}

it("of many subjects the shortest time holds, and whoever is named for any is asked", async () => {
  const nadia = { expiryHours: 24, remindAfterMinutes: 60, escalateTo: ["leads", "analysts"] };
  const rolf = { expiryHours: 8, escalateAfterMinutes: 120, escalateTo: ["leads", "managers"] };
  expect(await termsOf(nadia, rolf)).toEqual({
    expiryHours: 8,
    remindAfterMinutes: 60,
    escalateAfterMinutes: 120,
    escalateTo: ["analysts", "leads", "managers"],
    ratifyWithinHours: null,
  });
});

it("where the policies say nothing of any of them, neither do the terms of all", async () => {
  expect(await termsOf({}, {})).toEqual(NONE);
});
