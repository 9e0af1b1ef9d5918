import { expect, it, test } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import type { Change, ChangeRequest, Grant, Job, Target } from "../../../../src/change-requests/index.ts";
import { settleGrants } from "../../../../src/change-requests/lifecycle/settle-grants.ts";
import { someFacts, someGrant, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { uowOf } from "../../../support/stub-ports.ts";

const AT = new Date("2026-11-01T12:00:00Z");
const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const READ = { id: "insider-risk-read-only", name: "Insider Risk Read Only" };
const OWN = { id: "desktop-user", name: "Desktop User" };
const FOR_EIGHT_HOURS: Change = { kind: "add_roles", roles: [ALERTS, READ], grantHours: 8 };

/** The result of a change to Nadia that is settled while these grants are open. */
async function settled(
  change: Change,
  patch: Partial<Target>,
  open: readonly Grant[] = [],
  others: readonly ChangeRequest[] = [],
  targetCount = 1,
) {
  const begun: string[] = [];
  const superseded: string[] = [];
  const explanations: (string | null | undefined)[] = [];
  const audit: AuditEvent[] = [];
  const jobs: Job[] = [];
  const starts: (Date | undefined)[] = [];
  let own: readonly Grant[] = [];
  const uow = uowOf({
    requests: { settledOn: async () => others },
    grants: {
      lockOpen: async () => [...open, ...own],
      insert: async (grants: readonly Grant[]) => {
        begun.push(...grants.map(({ role }) => role.id));
        own = grants.map((grant) => someGrant(grant));
      },
      update: async ({ requestId }: Grant, { state, explanation }: Partial<Grant>) => {
        superseded.push(`CR-${requestId}: ${state}`);
        explanations.push(explanation);
      },
    },
    audit: { append: async (event: AuditEvent) => void audit.push(event) },
    jobs: {
      enqueue: async (job: Job, { startAfter }: { startAfter?: Date } = {}) => {
        jobs.push(job);
        starts.push(startAfter);
      },
    },
  });
  const target = someTarget({ state: "verified", intent: { at: AT, deadlineAt: AT }, ...patch });
  const request = someRequest({ id: 9, change, targets: [target], targetCount });
  await uow.run((tx) => settleGrants(tx, request, target, AT));
  const kinds = audit.map(({ kind }) => kind);
  const by = audit.flatMap(({ details }) => details.by ?? []);
  return { begun, superseded, explanations, by, kinds, jobs: jobs.map(({ kind }) => kind), starts };
}

test("temporary roles begin when their write is verified, and a warning and an end are planned", async () => {
  expect(await settled(FOR_EIGHT_HOURS, {})).toEqual({
    begun: [ALERTS.id, READ.id],
    superseded: [],
    explanations: [],
    by: [],
    kinds: ["grant.active"],
    jobs: ["warn_of_end", "end_grants"],
    starts: [new Date("2026-11-01T18:00:00Z"), new Date("2026-11-01T20:00:00Z")],
  });
});

const held = { facts: someFacts({ roles: [OWN, ALERTS] }) };
it.each<[string, Partial<Target>, Grant[], string[]]>([
  ["a role that the subject held before is no part of the grant", held, [], [READ.id]],
  [
    "a role of an earlier grant is given again, and the earlier grant goes on",
    { ...held, state: "already" },
    [someGrant()],
    [ALERTS.id],
  ],
  [
    "the roles that a partly failed change gave end too",
    { state: "failed", outstandingRoleIds: [READ.id] },
    [],
    [ALERTS.id],
  ],
])("%s", async (_which, patch, open, grants) => {
  const { begun, superseded } = await settled(FOR_EIGHT_HOURS, patch, open);
  expect(begun).toEqual(grants);
  expect(superseded).toEqual([]);
});

/** Another change to Nadia that was verified while the outcome of this one was unknown. */
function meanwhile(change: Change, roles = [OWN]): ChangeRequest {
  const target = someTarget({ state: "verified", facts: someFacts({ roles }) });
  return someRequest({ id: 8, state: "done", change, targets: [target] });
}

const FOR_GOOD: Change = { kind: "add_roles", roles: [ALERTS] };

it.each<[string, ChangeRequest[], string[]]>([
  ["for good", [meanwhile(FOR_GOOD)], ["CR-9: superseded"]],
  ["by a replacement", [meanwhile({ kind: "replace_roles", roles: [OWN, ALERTS] })], ["CR-9: superseded"]],
  [
    "for good, and then taken",
    [meanwhile(FOR_GOOD), meanwhile({ kind: "remove_roles", roles: [ALERTS] })],
    [],
  ],
  ["for a limited time too", [meanwhile({ ...FOR_GOOD, grantHours: 1 })], []],
])(
  "a late role that was given meanwhile %s ends its grant only if it is for good",
  async (_, others, over) => {
    const { begun, superseded } = await settled(FOR_EIGHT_HOURS, {}, [], others);
    expect(begun).toEqual([ALERTS.id, READ.id]);
    expect(superseded).toEqual(over);
  },
);

test("a late role that was given meanwhile for good leaves the grants of other requests", async () => {
  const open = [someGrant({ requestId: 2, role: ALERTS })];
  const { superseded, jobs } = await settled(FOR_EIGHT_HOURS, {}, open, [meanwhile(FOR_GOOD)]);
  expect(superseded).toEqual(["CR-9: superseded"]);
  expect(jobs.filter((kind) => kind === "announce")).toHaveLength(1);
});

test("another role that was given meanwhile ends no grant", async () => {
  const others = [meanwhile({ kind: "add_roles", roles: [{ id: "cases", name: "Cases" }] })];
  const { superseded, jobs } = await settled(FOR_EIGHT_HOURS, {}, [], others);
  expect(superseded).toEqual([]);
  expect(jobs).toEqual(["warn_of_end", "end_grants"]);
});

it.each(["failed", "refused", "unknown", "skipped", "stale", "already"] as const)(
  "no grant begins with a target that is %s",
  async (state) => {
    expect((await settled(FOR_EIGHT_HOURS, { state })).begun).toEqual([]);
  },
);

it.each<[string, Change, Partial<Target>]>([
  ["gives the role for good", { kind: "add_roles", roles: [ALERTS] }, { state: "already" }],
  ["replaces the roles and gives it", { kind: "replace_roles", roles: [OWN, ALERTS] }, {}],
  [
    "would replace the roles and give it beside a temporary grant",
    { kind: "replace_roles", roles: [OWN, ALERTS] },
    { state: "already" },
  ],
  ["takes the role away", { kind: "remove_roles", roles: [ALERTS] }, {}],
  ["replaces the roles without it", { kind: "replace_roles", roles: [OWN] }, held],
])("a change that %s supersedes the grants of it", async (_, change, patch) => {
  const open = [someGrant(), someGrant({ requestId: 2, state: "revoking" })];
  const { superseded, kinds, jobs } = await settled(change, patch, open);
  expect(superseded).toEqual(["CR-1: superseded", "CR-2: superseded"]);
  expect(kinds).toEqual(["grant.superseded", "grant.superseded"]);
  expect(jobs.filter((kind) => kind === "announce")).toHaveLength(2);
});

it.each<[string, Change, number, string]>([
  ["a request", FOR_GOOD, 1, "CR-9 gave the role for good."],
  ["a bulk", FOR_GOOD, 2, "A bulk gave the role for good."],
  ["a bulk that removes it", { kind: "remove_roles", roles: [ALERTS] }, 2, "A bulk took the role away."],
])(
  "the card of a grant that %s ended shows no number of a bulk, and the audit entry shows it",
  async (_, change, targetCount, explanation) => {
    const { explanations, by } = await settled(change, {}, [someGrant()], [], targetCount);
    expect(explanations).toEqual([explanation]);
    expect(by).toEqual(["CR-9"]);
  },
);

test("the card of a late role shows no number of the bulk that gave it for good meanwhile", async () => {
  const others = [{ ...meanwhile(FOR_GOOD), targetCount: 2 }];
  const { explanations, by } = await settled(FOR_EIGHT_HOURS, {}, [], others);
  expect(explanations).toEqual(["A bulk gave the role for good."]);
  expect(by).toEqual(["CR-8"]);
});

it.each<[string, Change, Partial<Target>]>([
  ["is about another role", { kind: "add_roles", roles: [READ] }, {}],
  ["is about no roles", { kind: "deactivate" }, {}],
  ["replaces the roles and merely keeps it", { kind: "replace_roles", roles: [ALERTS, READ] }, held],
  ["was refused", { kind: "remove_roles", roles: [ALERTS] }, { state: "refused" }],
  [
    "left this role out",
    { kind: "remove_roles", roles: [ALERTS, OWN] },
    { state: "failed", outstandingRoleIds: [ALERTS.id] },
  ],
])("a change that %s leaves the grants alone", async (_, change, patch) => {
  expect((await settled(change, patch, [someGrant()])).superseded).toEqual([]);
});
