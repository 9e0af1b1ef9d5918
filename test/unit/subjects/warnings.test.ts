import { expect, it } from "vitest";
import { type Preflight, warningsOf } from "../../../src/subjects/index.ts";
import { someFacts } from "../../support/domain-objects.ts";

const NONE = { concerned: [], given: false };
const UNKNOWN = { fact: "unknown", names: [] } as const;

function codesOf(...[facts, change]: [Partial<Preflight>, Parameters<typeof warningsOf>[1]]) {
  return warningsOf(someFacts(facts), change, NONE).map(({ code }) => code);
}

it("are none for an ordinary user who is looked up", () => {
  expect(codesOf({}, null)).toEqual([]);
});

it("say of every deactivation what it ends", () => {
  expect(codesOf({}, "deactivate")).toEqual(["ends_monitoring", "scim_may_undo"]);
  expect(codesOf({}, "add_roles")).toEqual(["scim_may_undo"]);
});

it("name the matters of a legal hold, whatever is about to be done", () => {
  const legalHold = { fact: "yes", names: ["Meridian litigation"] } as const;
  for (const change of [null, "deactivate", "add_roles", "remove_roles"] as const) {
    expect(warningsOf(someFacts({ legalHold }), change, NONE)).toContainEqual({
      code: "legal_hold",
      matters: ["Meridian litigation"],
    });
  }
});

it("name agents that still report before a deactivation, and not before anything else", () => {
  const agents = { fact: "yes", names: ["DESKTOP-1"] } as const;
  expect(warningsOf(someFacts({ agents }), "deactivate", NONE)).toContainEqual({
    code: "agents_reporting",
    agents: ["DESKTOP-1"],
  });
  expect(codesOf({ agents }, "add_roles")).toEqual(["scim_may_undo"]);
  expect(codesOf({ agents }, null)).toEqual([]);
});

it("name watchlists", () => {
  const watchlists = { fact: "yes", names: ["Departing employees"] } as const;
  expect(warningsOf(someFacts({ watchlists }), null, NONE)).toEqual([
    { code: "watchlists", watchlists: ["Departing employees"] },
  ]);
});

it("say of each fact that is unknown that it is", () => {
  const facts = { legalHold: UNKNOWN, agents: UNKNOWN, watchlists: UNKNOWN };
  expect(codesOf(facts, "deactivate")).toEqual([
    "ends_monitoring",
    "legal_hold_unknown",
    "agents_unknown",
    "watchlists_unknown",
    "scim_may_undo",
  ]);
  expect(codesOf(facts, null)).toEqual(["legal_hold_unknown", "watchlists_unknown"]);
});

it("name privileged roles that are about to be given or are held", () => {
  const roles = ["Org Admin"];
  expect(warningsOf(someFacts(), null, { concerned: roles, given: false })).toEqual([
    { code: "privileged_roles", roles },
  ]);
  expect(warningsOf(someFacts(), "add_roles", { concerned: roles, given: true })).toEqual([
    { code: "privileged_roles", roles },
    { code: "announced_to_admins" },
    { code: "scim_may_undo" },
  ]);
});

it("say that somebody is protected, inactive or blocked", () => {
  expect(codesOf({ protected: true, active: false, blocked: true }, null)).toEqual([
    "protected",
    "inactive",
    "blocked",
  ]);
  expect(codesOf({ active: false }, "add_roles")).toEqual(["inactive", "scim_may_undo"]);
});

it("tell a Customer Cloud Admin from somebody on the list of protected users", () => {
  const roles = [{ id: "customer-cloud-admin", name: "Customer Cloud Admin" }];
  expect(codesOf({ protected: true, roles }, null)).toEqual(["cloud_admin"]);
});

it("say of every activation that what comes back with it is not known", () => {
  expect(codesOf({ active: false }, "activate")).toEqual(["return_unconfirmed", "scim_may_undo"]);
});

it("say of every move that it may drop backup destinations", () => {
  expect(codesOf({}, "move")).toEqual(["may_drop_backups", "scim_may_undo"]);
});

it("say of every change that SCIM may undo it, and of a look-up nothing of the kind", () => {
  for (const change of [
    "activate",
    "deactivate",
    "move",
    "add_roles",
    "remove_roles",
    "replace_roles",
  ] as const)
    expect(codesOf({}, change).at(-1)).toBe("scim_may_undo");
});
