import { describe, expect, it } from "vitest";
import { matchName, shownName } from "../../../../src/change-requests/drafting/match-name.ts";
import {
  chooseRole,
  chooseRoles,
  findRole,
  roleNamed,
} from "../../../../src/change-requests/drafting/offered-roles.ts";
import { someFacts } from "../../../support/domain-objects.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const WATCHLISTS = { id: "watchlist-manager", name: "Watchlist Manager" };
const DEPARTING = { id: "departing-employee-manager", name: "Departing Employee Manager" };
const ROLES = [ALERTS, WATCHLISTS, DEPARTING];

it.each(["Alert Emails", "alert emails", "  ALERT EMAILS ", "alert-emails", "Alert-Emails"])(
  "a role is found by its name or id in any case: %j",
  (typed) => {
    expect(findRole(typed, ROLES)).toBe(ALERTS);
    expect(roleNamed(typed, ROLES)).toBe(ALERTS);
  },
);

it.each([
  ["in quotes", "“Alert Emails”", "Alert Emails"],
  ["with a no-break space", "Alert\u00A0 Emails", "Alert Emails"],
  ["with a smart apostrophe", "People’s Role", "People's Role"],
  ["with a no-break hyphen", "optics\u2011lab", "Optics-Lab"],
  ["without the non-joiner of Incydr's name", "میخواهم", "می\u200Cخواهم"],
  ["with the non-joiner of Incydr's name", "می\u200Cخواهم", "می\u200Cخواهم"],
])("a role is found by its name %s", (_how, typed, name) => {
  const role = { id: "r1", name };
  expect(findRole(typed, [role, WATCHLISTS])).toBe(role);
});

it.each([
  ["Alert Emails, Watchlist Manager", [ALERTS, WATCHLISTS]],
  ["“Alert Emails”,alert-emails , ", [ALERTS]],
  ["Sales, EMEA", [{ id: "r-comma", name: "Sales, EMEA" }]],
  ["alert emails", [ALERTS]],
])("each of several typed roles is found: %j", (typed, wanted) => {
  const options = [...ROLES, { id: "r-comma", name: "Sales, EMEA" }];
  expect(chooseRoles(typed, "add_roles", someFacts({ roles: [] }), { options, complete: true })).toEqual(
    wanted,
  );
});

it.each(["Alert Emails, Nothing", "Nothing, Alert Emails", "Alert Emails; Nothing"])(
  "one unknown name among several refuses all: %j",
  (typed) => {
    const choose = () =>
      chooseRoles(typed, "add_roles", someFacts({ roles: [] }), { options: ROLES, complete: true });
    expect(choose).toThrow(expect.objectContaining({ code: "unknown_role" }));
  },
);

describe("several roles that match a name", () => {
  const TITLE = { id: "x", name: "Ops" };
  const CAPITALS = { id: "y", name: "OPS" };

  it.each([
    ["Ops", TITLE],
    ["“OPS”", CAPITALS],
    ["x", TITLE],
    ["Y", CAPITALS],
  ])("the role that %j names exactly is found", (typed, role) => {
    expect(findRole(typed, [TITLE, CAPITALS])).toBe(role);
  });

  it("no role is found by a name that several roles have", () => {
    const roles = [TITLE, CAPITALS];
    const fault = expect.objectContaining({ code: "ambiguous_role", data: { role: "ops", roles } });
    expect(() => findRole("ops", roles)).toThrow(fault);
    expect(() =>
      findRole("same", [
        { ...TITLE, name: "same" },
        { ...CAPITALS, name: "same" },
      ]),
    ).toThrow(expect.objectContaining({ code: "ambiguous_role" }));
  });

  it("a role with the exact name or id is found before roles that differ in case", () => {
    const named = { id: "z", name: "Alert-Emails" };
    expect(findRole("Alert-Emails", [ALERTS, named])).toBe(named);
    expect(findRole("“Alert-Emails”", [ALERTS, named])).toBe(named);
    expect(findRole("alert-emails", [ALERTS, named])).toBe(ALERTS);
    const fault = expect.objectContaining({
      code: "ambiguous_role",
      data: { role: "ALERT-EMAILS", roles: [ALERTS, named] },
    });
    expect(() => findRole("ALERT-EMAILS", [ALERTS, named])).toThrow(fault);
    expect(() => findRole("“ALERT-EMAILS”", [ALERTS, named])).toThrow(fault);
  });

  it("no role is found to add if the subject holds another one of that name", () => {
    const facts = someFacts({ roles: [CAPITALS] });
    const offered = { options: [TITLE], complete: true };
    expect(() => chooseRole("ops", "add_roles", facts, offered)).toThrow(
      expect.objectContaining({ code: "ambiguous_role" }),
    );
    expect(chooseRole("Ops", "add_roles", facts, offered)).toBe(TITLE);
    expect(() => chooseRole("OPS", "add_roles", facts, offered)).toThrow(
      expect.objectContaining({ code: "nothing_to_do" }),
    );
  });

  it("only an id finds a role in a list that may be incomplete", () => {
    const offered = { options: [ALERTS], complete: false };
    for (const name of [ALERTS.name, "Nothing of the kind"])
      expect(() => chooseRole(name, "add_roles", someFacts(), offered)).toThrow(/may be incomplete/);
    expect(chooseRole(ALERTS.id.toUpperCase(), "add_roles", someFacts(), offered)).toBe(ALERTS);
  });

  it("a role that is held and offered counts once", () => {
    const offered = { options: [TITLE], complete: true };
    expect(chooseRole("ops", "add_roles", someFacts({ roles: [TITLE] }), offered)).toBe(TITLE);
  });
});

it("invisible characters and quotes count neither in an id nor in the name of a refusal", () => {
  expect(findRole("\u200B“ALERT-emails”", ROLES)).toBe(ALERTS);
  expect(() => findRole("\u202E“Supreme  Leader”", ROLES)).toThrow(
    expect.objectContaining({ code: "unknown_role", data: { role: "Supreme Leader", similar: [] } }),
  );
});

it("a part of a name finds no role", () => {
  expect(roleNamed("Alert", ROLES)).toBeUndefined();
  expect(() => findRole("Alert", ROLES)).toThrow(
    expect.objectContaining({ code: "unknown_role", data: { role: "Alert", similar: ["Alert Emails"] } }),
  );
});

it("a role that this API client may not assign is told from one that doesn't exist", () => {
  expect(() => findRole("security administrator", ROLES)).toThrow(
    expect.objectContaining({ code: "role_not_assignable", data: { role: "Security Administrator" } }),
  );
  expect(() => findRole("Supreme Leader", ROLES)).toThrow(
    expect.objectContaining({ code: "unknown_role", data: { role: "Supreme Leader", similar: [] } }),
  );
});

it("quotes count as a part of a name unless they are a pair around it", () => {
  const matched = (typed: string, ...options: { id: string; name: string }[]) =>
    matchName(typed, options, ({ id }) => id).map(({ id }) => id);
  const ops = { id: "ops", name: "Ops" };
  for (const typed of ['"Opsx', "'Ops\"", "“Ops'", '"Ops']) expect(matched(typed, ops)).toEqual([]);
  expect(matched('"Ops"', ops)).toEqual(["ops"]);
  expect(matched('"', { id: "blank", name: "" })).toEqual([]);
  expect(shownName('"')).toBe('"');
  // An exact id in quotes is found before ids that differ in case alone.
  expect(matched('"ops"', { id: "OPS", name: "One" }, { id: "ops", name: "Another" })).toEqual(["ops"]);
});

it("a refusal names the roles first that share the most words with the typed text", () => {
  const names = ["Admin Restore", "Cross Org Admin", "Insider Risk Admin", "Insider Risk Analyst"];
  const roles = names.map((name) => ({ id: name, name }));
  expect(() => findRole("inisder risk admin", roles)).toThrow(
    expect.objectContaining({
      data: {
        role: "inisder risk admin",
        similar: ["Insider Risk Admin", "Admin Restore", "Cross Org Admin", "Insider Risk Analyst"],
      },
    }),
  );
});

it("a refusal names at most five roles that share a word with the typed text", () => {
  expect(() => findRole("manager of watchlists", ROLES)).toThrow(
    expect.objectContaining({
      data: {
        role: "manager of watchlists",
        similar: ["Watchlist Manager", "Departing Employee Manager"],
      },
    }),
  );
  const many = Array.from({ length: 9 }, (_, index) => ({ id: `m${index}`, name: `Manager ${index}` }));
  expect(() => findRole("manager", many)).toThrow(
    expect.objectContaining({
      data: { role: "manager", similar: many.slice(0, 5).map(({ name }) => name) },
    }),
  );
});
