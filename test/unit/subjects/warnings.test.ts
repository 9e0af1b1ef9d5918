import { expect, it } from "vitest";
import { type Preflight, warningsOf } from "../../../src/subjects/index.ts";
import { someFacts } from "../../support/domain-objects.ts";

const UNKNOWN = { fact: "unknown", names: [] } as const;

function codesOf(
  ...[facts, change, privileged = []]: [Partial<Preflight>, Parameters<typeof warningsOf>[1], string[]?]
) {
  return warningsOf(someFacts(facts), change, privileged).map(({ code }) => code);
}

it("are none for an ordinary user who is looked up", () => {
  expect(codesOf({}, null)).toEqual([]);
});

it("say of every deactivation what it ends", () => {
  expect(codesOf({}, "deactivate")).toEqual(["ends_monitoring"]);
  expect(codesOf({}, "add_roles")).toEqual([]);
});

it("name the matters of a legal hold, whatever is about to be done", () => {
  const legalHold = { fact: "yes", names: ["Meridian litigation"] } as const;
  for (const change of [null, "deactivate", "add_roles", "remove_roles"] as const) {
    expect(warningsOf(someFacts({ legalHold }), change, [])).toContainEqual({
      code: "legal_hold",
      matters: ["Meridian litigation"],
    });
  }
});

it("name agents that still report before a deactivation, and not before anything else", () => {
  const agents = { fact: "yes", names: ["DESKTOP-1"] } as const;
  expect(warningsOf(someFacts({ agents }), "deactivate", [])).toContainEqual({
    code: "agents_reporting",
    agents: ["DESKTOP-1"],
  });
  expect(codesOf({ agents }, "add_roles")).toEqual([]);
  expect(codesOf({ agents }, null)).toEqual([]);
});

it("name watchlists", () => {
  const watchlists = { fact: "yes", names: ["Departing employees"] } as const;
  expect(warningsOf(someFacts({ watchlists }), null, [])).toEqual([
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
  ]);
  expect(codesOf(facts, null)).toEqual(["legal_hold_unknown", "watchlists_unknown"]);
});

it("name privileged roles that are about to be given or are held", () => {
  expect(warningsOf(someFacts(), "add_roles", ["Org Admin"])).toEqual([
    { code: "privileged_roles", roles: ["Org Admin"] },
  ]);
});

it("say that somebody is protected, inactive or blocked", () => {
  expect(codesOf({ protected: true, active: false, blocked: true }, null)).toEqual([
    "protected",
    "inactive",
    "blocked",
  ]);
  expect(codesOf({ active: false }, "add_roles")).toEqual(["inactive"]);
});
