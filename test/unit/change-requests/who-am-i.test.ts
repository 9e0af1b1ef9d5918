import { expect, it } from "vitest";
import type { PolicyEngine } from "../../../src/authorization/index.ts";
import { createWhoAmI } from "../../../src/change-requests/index.ts";
import { IncydrError, type User } from "../../../src/incydr/index.ts";
import { UnmappedOperatorError } from "../../../src/subjects/index.ts";
import { someLead, somePerson } from "../../support/domain-objects.ts";
import { engineWith, shippedEngine } from "../../support/shipped-policies.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

const USER = { userId: "300", username: "maya.lindqvist@harborlight.example" } as User; // the fields that are read

function ask({
  person = somePerson(),
  engine = shippedEngine as PolicyEngine,
  identify = async (): Promise<User> => USER,
  map = [] as readonly (readonly [string, string])[],
} = {}) {
  const deadlines: unknown[] = [];
  const whoAmI = createWhoAmI({
    authorizer: someAuthorizer({ engine, directory: directoryOf(person) }),
    identify: (_person, lane, deadlineMs) => {
      deadlines.push([lane, deadlineMs]);
      return identify();
    },
    operatorMap: new Map(map),
  });
  return whoAmI(person.slackUserId).then((me) => ({ me, deadlines }));
}

it("an analyst reads their Incydr user, their groups, and what they may do to an ordinary user", async () => {
  const { me, deadlines } = await ask({
    person: somePerson({
      groups: ["insider-risk-analysts", "insider-risk-leads"],
      minutesInGroups: { "insider-risk-analysts": null },
    }),
  });
  expect(me).toMatchObject({
    ...{ slackUserId: "U0MAYA", displayName: "Maya Lindqvist", groupsAgeMinutes: 5 },
    incydr: { user: USER, by: "email" },
    groups: [
      { handle: "insider-risk-analysts", minutes: null },
      { handle: "insider-risk-leads", minutes: 0 },
    ],
  });
  expect(deadlines).toEqual([["interactive", 5_000]]);
});

const permitted = async (options: Parameters<typeof ask>[0]) =>
  Object.fromEntries((await ask(options)).me.may.map(({ action, changes }) => [action, changes]));

it("the permissions are those of the policies", async () => {
  expect(await permitted({})).toEqual({
    lookup: null,
    list: null,
    request: null,
    cancel: null,
    revoke: null,
  });
  expect(await permitted({ person: someLead() })).toEqual({
    ...{ lookup: null, list: null, read_audit: null, export_users: null, freeze: null, unfreeze: null },
    ...{ approve: null, deny: null, cancel: null, ratify: null, revoke: null },
  });
  expect(await permitted({ person: somePerson({ groups: ["incident-responders"] }) })).toEqual({
    ...{ lookup: null, list: null, freeze: null },
    ...{ request: null, cancel: null, emergency: null, revoke: null },
  });
});

it("an action that is permitted for some changes only names these", async () => {
  const engine = engineWith(`@id("no-moves") @reason("No moves.")
forbid (principal, action == Incydr::Action::"request", resource) when { context.change == "move" };`);
  expect(await permitted({ engine })).toMatchObject({
    request: ["deactivate", "activate", "add_roles", "remove_roles", "replace_roles"],
  });
});

const unmapped = () => Promise.reject(new UnmappedOperatorError(somePerson()));
const failing = (code: "rate_limited" | "unavailable" | "timed_out" | "unexpected_answer") => () =>
  Promise.reject(new IncydrError(code, "It failed.", { sent: "yes" }));
const MAPPED = [["U0MAYA", "maya.l@example.com"]] as const;

it.each([
  ["without an e-mail", { person: somePerson({ email: null }) }, { user: null, why: "no_address" }],
  [
    "without a user of their e-mail",
    { identify: unmapped },
    { user: null, why: "none", by: "email", username: USER.username },
  ],
  [
    "whose mapped user is missing",
    { identify: unmapped, map: MAPPED },
    { user: null, why: "none", by: "map", username: "maya.l@example.com" },
  ],
  ["in OPERATOR_MAP", { map: MAPPED }, { user: USER, by: "map" }],
] as const)("a person %s is told so", async (_who, options, incydr) => {
  expect((await ask(options)).me.incydr).toEqual(incydr);
});

it.each(["rate_limited", "unavailable", "timed_out", "unexpected_answer"] as const)(
  "if Incydr fails with %s, the user is unknown, and the rest is told",
  async (code) => {
    const { me } = await ask({ identify: failing(code) });
    expect(me.incydr).toEqual({ user: null, why: "unavailable", by: "email", username: USER.username });
    expect(me.may).not.toEqual([]);
  },
);

it("a person who may not look up users is refused, and Incydr is not asked", async () => {
  const identify = () => Promise.reject(new Error("Incydr was asked."));
  const person = somePerson({ groups: [] });
  await expect(ask({ person, identify })).rejects.toMatchObject({ code: "forbidden" });
});
