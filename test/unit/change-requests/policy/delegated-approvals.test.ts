import { beforeAll, describe, expect, it } from "vitest";
import {
  createPolicyEngine,
  loadPolicies,
  type PeopleDirectory,
  type Person,
  type PolicyEngine,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import {
  identityKeys,
  readPeopleNow,
} from "../../../../src/change-requests/confidentiality/identity-keys.ts";
import { type Decision, SHOWN_SNAPSHOT_LENGTH } from "../../../../src/change-requests/index.ts";
import { checkAuthority } from "../../../../src/change-requests/policy/check-authority.ts";
import { assertDecidable } from "../../../../src/change-requests/policy/decidable.ts";
import type { User } from "../../../../src/incydr/index.ts";
import {
  someChannels,
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";

const LENA = someLead({ slackUserId: "U0LENA", email: "lena.fischer@harborlight.example" });
const PRIYA = someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" });
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: PRIYA.email },
});

let engine: PolicyEngine;
beforeAll(async () => {
  engine = createPolicyEngine(await loadPolicies("policies"));
});

/** The authority for Maya's request with these approvals, which needs one of each. */
function authorityOf(
  decisions: readonly Decision[],
  {
    lena = {},
    lenasUserId = "lena",
    subjectIds = [],
  }: { lena?: Partial<Person>; lenasUserId?: string; subjectIds?: readonly string[] } = {},
) {
  const people = [somePerson(), someLead(), PRIYA, { ...LENA, ...lena }];
  const directory: PeopleDirectory = {
    async person(slackUserId) {
      const person = people.find((each) => each.slackUserId === slackUserId);
      if (!person) throw new UnknownPersonError(slackUserId);
      return person;
    },
    idsByEmail: async () => subjectIds,
  };
  const identify = async ({ slackUserId }: Person) =>
    ({ userId: slackUserId === "U0LENA" ? lenasUserId : slackUserId }) as User; // nothing else of it is looked at
  const target = someTarget({ slackUserIds: [] });
  return checkAuthority({
    request: someRequest({
      ...{ state: "approved", targets: [target], approvalsNeeded: decisions.length, decisions },
    }),
    target,
    facts: someFacts(),
    authorizer: someAuthorizer({ engine, directory }),
    people: { directory, channels: someChannels(), identify },
  });
}

const byTheoFor = (delegator: string) => someDecision({ onBehalfOf: delegator });
const lost = (slackUserId: string) => ({ kind: "approvals_lost", lost: [{ slackUserId }] });

it("a person in whose place another approved can't approve with another account that has their address", async () => {
  const request = someRequest({ decisions: [someDecision({ onBehalfOf: "U0LENA" })] });
  const directory: PeopleDirectory = {
    person: async (slackUserId) => (slackUserId === "U0LENA" ? LENA : someLead({ slackUserId })),
    idsByEmail: async () => [],
  };
  const people = await readPeopleNow(request, directory);
  const shownSnapshot = request.snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
  const approve = (approver: Person) =>
    assertDecidable(
      request,
      { verdict: "approval", shownSnapshot },
      { approver: identityKeys(approver), people },
    );
  expect(() => approve({ ...LENA, slackUserId: "U0LENA2" })).toThrow(
    expect.objectContaining({ code: "already_approved_by_you" }),
  );
  expect(() => approve(PRIYA)).not.toThrow();
});

describe("an approval in the place of another person", () => {
  it("counts if that person is neither requester nor subject, nor another approver", async () => {
    expect(await authorityOf([byTheoFor("U0LENA")])).toEqual({ kind: "holds" });
    expect(await authorityOf([byTheoFor("U0LENA"), BY_PRIYA])).toEqual({ kind: "holds" });
  });

  it.each<[string, Parameters<typeof authorityOf>[1]]>([
    ["has the requester's address", { lena: { email: somePerson().email } }],
    ["is the requester's Incydr user", { lenasUserId: "U0MAYA" }],
    ["is the subject by Slack id", { subjectIds: ["U0LENA"] }],
    ["has the subject's address", { lena: { email: someFacts().username } }],
    ["is the subject in Incydr", { lenasUserId: someFacts().userId }],
  ])("doesn't count if that person %s", async (_who, options) => {
    expect(await authorityOf([byTheoFor("U0LENA")], options)).toMatchObject(lost("U0THEO"));
  });

  it("doesn't count if that person is the requester, or isn't known any more", async () => {
    for (const delegator of ["U0MAYA", "U0GONE"])
      expect(await authorityOf([byTheoFor(delegator)])).toMatchObject(lost("U0THEO"));
  });

  it("doesn't count beside an approval by that person", async () => {
    expect(await authorityOf([byTheoFor("U0PRIYA"), BY_PRIYA])).toMatchObject(lost("U0PRIYA"));
  });

  it("doesn't count beside another approval in that person's place", async () => {
    const byPriya = { ...BY_PRIYA, onBehalfOf: "U0LENA" };
    expect(await authorityOf([byTheoFor("U0LENA"), byPriya])).toMatchObject(lost("U0PRIYA"));
  });
});
