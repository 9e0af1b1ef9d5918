import { describe, expect, it } from "vitest";
import type { Person } from "../../../../src/authorization/index.ts";
import type { Decision } from "../../../../src/change-requests/index.ts";
import { checkAuthority } from "../../../../src/change-requests/policy/check-authority.ts";
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
import { shippedPolicies, someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const LENA = someLead({ slackUserId: "U0LENA", email: "lena.fischer@harborlight.example" });
const PRIYA = someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" });
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: PRIYA.email },
});

const engine = await shippedPolicies();

/** The authority for Maya's request, which needs as many approvals as it has. */
function authorityOf(
  decisions: readonly Decision[],
  {
    lena = {},
    lenasUserId = "lena",
    subjectIds = [],
  }: { lena?: Partial<Person>; lenasUserId?: string; subjectIds?: readonly string[] } = {},
) {
  const people = directoryOf(somePerson(), someLead(), PRIYA, { ...LENA, ...lena });
  const directory = { ...people, idsByEmail: async () => subjectIds };
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

describe("an approval in the place of another person", () => {
  it("an approval counts if the other person is neither requester nor subject, nor another approver", async () => {
    expect(await authorityOf([byTheoFor("U0LENA")])).toEqual({ kind: "holds" });
    expect(await authorityOf([byTheoFor("U0LENA"), BY_PRIYA])).toEqual({ kind: "holds" });
  });

  it.each<[string, Parameters<typeof authorityOf>[1]]>([
    ["has the requester's address", { lena: { email: somePerson().email } }],
    ["is the requester's Incydr user", { lenasUserId: "U0MAYA" }],
    ["is the subject by Slack id", { subjectIds: ["U0LENA"] }],
    ["has the subject's address", { lena: { email: someFacts().username } }],
    ["is the subject in Incydr", { lenasUserId: someFacts().userId }],
  ])("an approval does not count if the other person %s", async (_who, options) => {
    expect(await authorityOf([byTheoFor("U0LENA")], options)).toMatchObject(lost("U0THEO"));
  });

  it("an approval does not count if the other person is the requester or unknown to Slack", async () => {
    for (const delegator of ["U0MAYA", "U0GONE"])
      expect(await authorityOf([byTheoFor(delegator)])).toMatchObject(lost("U0THEO"));
  });

  it("an approval does not count beside an approval by the other person", async () => {
    expect(await authorityOf([byTheoFor("U0PRIYA"), BY_PRIYA])).toMatchObject(lost("U0PRIYA"));
  });

  it("an approval does not count beside another approval in the place of that person", async () => {
    const byPriya = { ...BY_PRIYA, onBehalfOf: "U0LENA" };
    expect(await authorityOf([byTheoFor("U0LENA"), byPriya])).toMatchObject(lost("U0PRIYA"));
  });
});
