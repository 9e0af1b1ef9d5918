import { expect, it } from "vitest";
import { CHANGE_KINDS } from "../../../src/authorization/index.ts";
import { type Preflight, warningsOf } from "../../../src/subjects/index.ts";
import { someFacts } from "../../support/domain-objects.ts";

type Change = Parameters<typeof warningsOf>[1];

const NONE = { concerned: [], given: false };
const agents = { fact: "yes", names: ["DESKTOP-1"] } as const;
const legalHold = { fact: "yes", names: ["Meridian litigation"] } as const;
const watchlists = { fact: "yes", names: ["Departing employees"] } as const;
const unknown = { fact: "unknown", names: [] } as const;
const notAsked = { ...unknown, notAsked: true } as const;

const codesOf = (facts: Partial<Preflight>, change: Change) =>
  warningsOf(someFacts(facts), change, NONE).map(({ code }) => code);

it.each<[string, Partial<Preflight>, string]>([
  ["has no warning for an ordinary user", {}, ""],
  ["has no warning of agents that still report", { agents }, ""],
  ["has no warning of unknown agents", { agents: unknown }, ""],
  ["warns of an unknown legal hold", { legalHold: unknown }, "legal_hold_unknown"],
  ["warns of unknown watchlists", { watchlists: unknown }, "watchlists_unknown"],
  ["warns of watchlists that Incydr isn't asked for", { watchlists: notAsked }, "watchlists_not_asked"],
  ["warns of a protected user", { protected: true }, "protected"],
  ["warns of an inactive user", { active: false }, "inactive"],
  ["warns of a blocked user", { blocked: true }, "blocked"],
  [
    "warns of a Customer Cloud Admin, known by id",
    { protected: true, roles: [{ id: "customer-cloud-admin", name: "The boss" }] },
    "cloud_admin",
  ],
  [
    "warns of a Customer Cloud Admin, known by name",
    { protected: true, roles: [{ id: "r-17", name: "Customer Cloud Admin" }] },
    "cloud_admin",
  ],
])("a look-up %s", (_title, facts, code) => {
  expect(codesOf(facts, null)).toEqual(code ? [code] : []);
});

it.each<[string, Partial<Preflight>, Exclude<Change, null>, readonly string[]]>([
  ["a deactivation warns that it ends the monitoring", {}, "deactivate", ["ends_monitoring"]],
  [
    "an activation warns of its unknown return, not of inactivity",
    { active: false },
    "activate",
    ["return_unconfirmed"],
  ],
  ["a move warns that it may drop backup destinations", {}, "move", ["may_drop_backups"]],
  ["a change of roles warns of an inactive user", { active: false }, "add_roles", ["inactive"]],
  ["a change of roles has no warning of agents that still report", { agents }, "add_roles", []],
  [
    "a deactivation warns of each unknown fact",
    { legalHold: unknown, agents: unknown, watchlists: unknown },
    "deactivate",
    ["ends_monitoring", "legal_hold_unknown", "agents_unknown", "watchlists_unknown"],
  ],
  [
    "a deactivation warns of facts that Incydr isn't asked for",
    { agents: notAsked, watchlists: notAsked },
    "deactivate",
    ["ends_monitoring", "agents_not_asked", "watchlists_not_asked"],
  ],
])("%s", (_title, facts, change, codes) => {
  expect(codesOf(facts, change)).toEqual([...codes, "scim_may_undo"]);
});

it("every change warns that SCIM may undo it", () => {
  for (const change of CHANGE_KINDS) expect(codesOf({}, change).at(-1)).toBe("scim_may_undo");
});

it("warnings name the matters of a legal hold, the watchlists, and the agents that still report", () => {
  const matters = { code: "legal_hold", matters: legalHold.names };
  for (const change of [null, "deactivate", "add_roles", "remove_roles"] as const)
    expect(warningsOf(someFacts({ legalHold }), change, NONE)).toContainEqual(matters);
  const watched = { code: "watchlists", watchlists: watchlists.names };
  expect(warningsOf(someFacts({ watchlists }), null, NONE)).toEqual([watched]);
  const reporting = { code: "agents_reporting", agents: agents.names };
  expect(warningsOf(someFacts({ agents }), "deactivate", NONE)).toContainEqual(reporting);
});

it("a warning names privileged roles, which are announced to admins if they are given", () => {
  const roles = ["Org Admin"];
  const named = { code: "privileged_roles", roles };
  expect(warningsOf(someFacts(), null, { concerned: roles, given: false })).toEqual([named]);
  expect(warningsOf(someFacts(), "add_roles", { concerned: roles, given: true })).toEqual([
    named,
    { code: "announced_to_admins" },
    { code: "scim_may_undo" },
  ]);
});
