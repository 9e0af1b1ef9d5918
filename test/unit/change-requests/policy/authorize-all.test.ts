import { expect, it } from "vitest";
import { type Authorizer, ForbiddenError, FRESH } from "../../../../src/authorization/index.ts";
import { authorizeForAll } from "../../../../src/change-requests/policy/authorize-all.ts";
import { type About, subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, someFacts, someLead } from "../../../support/domain-objects.ts";

const ABOUTS = ["nadia", "rolf", "sam"].map(
  (username): About => ({ subject: subjectFacts(someFacts({ username }), []), change: someChangeFacts() }),
);

/** A door that forbids everything about one subject. */
function doorAgainst(forbidden: string) {
  const asked: string[] = [];
  const isAllowed = ({ subject }: About) => subject.username !== forbidden;
  const authorizer = {
    check: (_person: unknown, _action: unknown, about: About) => ({ allowed: isAllowed(about) }),
    authorizeChange: async (_who: string, action: "approve", about: About) => {
      asked.push(about.subject.username);
      if (!isAllowed(about))
        throw new ForbiddenError({ action, policyIds: [], reasons: ["No."], whoCould: [], policyHash: "p" });
      return someLead();
    },
  } as unknown as Authorizer; // nothing else of it is asked
  return { authorizer, asked };
}

it("somebody may do about many subjects only what they may do about each, and what is forbidden is audited", async () => {
  for (const { subject } of ABOUTS) {
    const { authorizer, asked } = doorAgainst(subject.username);
    const authorized = authorizeForAll(authorizer, "U0THEO", "approve", { freshness: FRESH, abouts: ABOUTS });
    await expect(authorized).rejects.toBeInstanceOf(ForbiddenError);
    expect(asked.at(-1)).toBe(subject.username);
  }
  const { authorizer } = doorAgainst("nobody");
  const options = { freshness: FRESH, abouts: ABOUTS };
  expect(await authorizeForAll(authorizer, "U0THEO", "approve", options)).toEqual(someLead());
});
