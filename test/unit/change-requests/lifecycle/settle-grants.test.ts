import { expect, it, test } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import type {
  Change,
  ChangeRequest,
  Grant,
  Job,
  Target,
  Transaction,
} from "../../../../src/change-requests/index.ts";
import { settleGrants } from "../../../../src/change-requests/lifecycle/settle-grants.ts";
import { someFacts, someGrant, someRequest, someTarget } from "../../../support/domain-objects.ts";

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
  const tx = {
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
  } as unknown as Transaction; // settling grants uses no more of it
  const target = someTarget({ state: "verified", intent: { at: AT, deadlineAt: AT }, ...patch });
  await settleGrants(tx, someRequest({ id: 9, change, targets: [target], targetCount }), target, AT);
  const kinds = audit.map(({ kind }) => kind);
  const by = audit.flatMap(({ details }) => details.by ?? []);
  return { begun, superseded, explanations, by, kinds, jobs: jobs.map(({ kind }) => kind), starts };
}

test("roles for a limited time begin when the write is verified, with a warning and an end", async () => {
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

test("what the subject held before is none of the grant", async () => {
  const facts = someFacts({ roles: [OWN, ALERTS] });
  expect((await settled(FOR_EIGHT_HOURS, { facts })).begun).toEqual([READ.id]);
});

test("what was held by an earlier grant alone is given on, and the earlier one goes on to its end", async () => {
  const facts = someFacts({ roles: [OWN, ALERTS] });
  const { begun, superseded } = await settled(FOR_EIGHT_HOURS, { facts, state: "already" }, [someGrant()]);
  expect(begun).toEqual([ALERTS.id]);
  expect(superseded).toEqual([]);
});

test("of a change that failed in part, what was given of it ends all the same", async () => {
  const failed = { state: "failed", outstandingRoleIds: [READ.id] } as const;
  expect((await settled(FOR_EIGHT_HOURS, failed)).begun).toEqual([ALERTS.id]);
});

/** Another change to Nadia that was verified while it wasn't known whether this one had its effect. */
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
  "a role that shows late was given meanwhile %s, and is left to that only if it is for good",
  async (_, others, over) => {
    const { begun, superseded } = await settled(FOR_EIGHT_HOURS, {}, [], others);
    expect(begun).toEqual([ALERTS.id, READ.id]);
    expect(superseded).toEqual(over);
  },
);

test("a role that shows late and was given meanwhile for good leaves the grants of other requests as they are", async () => {
  const open = [someGrant({ requestId: 2, role: ALERTS })];
  const { superseded, jobs } = await settled(FOR_EIGHT_HOURS, {}, open, [meanwhile(FOR_GOOD)]);
  expect(superseded).toEqual(["CR-9: superseded"]);
  expect(jobs.filter((kind) => kind === "announce")).toHaveLength(1);
});

test("another role that was given meanwhile ends no grant, and no end is announced", async () => {
  const others = [meanwhile({ kind: "add_roles", roles: [{ id: "cases", name: "Cases" }] })];
  const { superseded, jobs } = await settled(FOR_EIGHT_HOURS, {}, [], others);
  expect(superseded).toEqual([]);
  expect(jobs).toEqual(["warn_of_end", "end_grants"]);
});

it.each(["failed", "refused", "unknown", "skipped", "stale", "already"] as const)(
  "nothing begins with a target that is %s",
  async (state) => {
    expect((await settled(FOR_EIGHT_HOURS, { state })).begun).toEqual([]);
  },
);

it.each<[string, Change, Partial<Target>]>([
  ["gives the role for good", { kind: "add_roles", roles: [ALERTS] }, { state: "already" }],
  ["replaces the roles and gives it", { kind: "replace_roles", roles: [OWN, ALERTS] }, {}],
  [
    "was to replace the roles and give it, and found a temporary grant of it meanwhile",
    { kind: "replace_roles", roles: [OWN, ALERTS] },
    { state: "already" },
  ],
  ["takes the role away", { kind: "remove_roles", roles: [ALERTS] }, {}],
  [
    "replaces the roles without it",
    { kind: "replace_roles", roles: [OWN] },
    { facts: someFacts({ roles: [OWN, ALERTS] }) },
  ],
])("a change that %s supersedes the grants of it", async (_, change, patch) => {
  const open = [someGrant(), someGrant({ requestId: 2, state: "revoking" })];
  const { superseded, kinds, jobs } = await settled(change, patch, open);
  expect(superseded).toEqual(["CR-1: superseded", "CR-2: superseded"]);
  expect(kinds).toEqual(["grant.superseded", "grant.superseded"]);
  expect(jobs.filter((kind) => kind === "announce")).toHaveLength(2);
});

it.each<[string, Change, number, string]>([
  ["a request of one subject", FOR_GOOD, 1, "CR-9 gave the role for good."],
  ["a bulk", FOR_GOOD, 2, "A bulk gave the role for good."],
  [
    "a bulk, which takes the role,",
    { kind: "remove_roles", roles: [ALERTS] },
    2,
    "A bulk took the role away.",
  ],
])(
  "a grant that %s ends names that on its card as the readers may know it, and in full in the audit log",
  async (_, change, targetCount, explanation) => {
    const { explanations, by } = await settled(change, {}, [someGrant()], [], targetCount);
    expect(explanations).toEqual([explanation]);
    expect(by).toEqual(["CR-9"]);
  },
);

test("a grant that shows late names a bulk that gave the role for good meanwhile, without its number", async () => {
  const { explanations, by } = await settled(
    FOR_EIGHT_HOURS,
    {},
    [],
    [{ ...meanwhile(FOR_GOOD), targetCount: 2 }],
  );
  expect(explanations).toEqual(["A bulk gave the role for good."]);
  expect(by).toEqual(["CR-8"]);
});

it.each<[string, Change, Partial<Target>]>([
  ["is about another role", { kind: "add_roles", roles: [READ] }, {}],
  ["is about no roles", { kind: "deactivate" }, {}],
  [
    "replaces the roles and merely keeps it",
    { kind: "replace_roles", roles: [ALERTS, READ] },
    { facts: someFacts({ roles: [OWN, ALERTS] }) },
  ],
  ["was refused", { kind: "remove_roles", roles: [ALERTS] }, { state: "refused" }],
  [
    "left this role out",
    { kind: "remove_roles", roles: [ALERTS, OWN] },
    { state: "failed", outstandingRoleIds: [ALERTS.id] },
  ],
])("a change that %s leaves the grants alone", async (_, change, patch) => {
  expect((await settled(change, patch, [someGrant()])).superseded).toEqual([]);
});
