import { describe, expect, it } from "vitest";
import { chooseRole, findRole, roleNamed } from "../../../../src/change-requests/drafting/offered-roles.ts";
import { someFacts } from "../../../support/domain-objects.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const WATCHLISTS = { id: "watchlist-manager", name: "Watchlist Manager" };
const DEPARTING = { id: "departing-employee-manager", name: "Departing Employee Manager" };
const ROLES = [ALERTS, WATCHLISTS, DEPARTING];

it.each(["Alert Emails", "alert emails", "  ALERT EMAILS ", "alert-emails", "Alert-Emails"])(
  "finds a role by its name or id in any case: %j",
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
])("finds a role by its name %s", (_how, typed, name) => {
  const role = { id: "r1", name };
  expect(findRole(typed, [role, WATCHLISTS])).toBe(role);
});

describe("of several roles that differ in case", () => {
  const TITLE = { id: "x", name: "Ops" };
  const CAPITALS = { id: "y", name: "OPS" };

  it.each([
    ["Ops", TITLE],
    ["“OPS”", CAPITALS],
    ["x", TITLE],
    ["Y", CAPITALS],
  ])("takes the one that %j names exactly", (typed, role) => {
    expect(findRole(typed, [TITLE, CAPITALS])).toBe(role);
  });

  it("takes none by a name that both have", () => {
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

  it("takes the one with exactly the name, not one whose id differs in case alone", () => {
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

  it("takes none to add if the subject holds one of them", () => {
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

  it("takes only an id from a list that may be incomplete", () => {
    const offered = { options: [ALERTS], complete: false };
    for (const name of [ALERTS.name, "Nothing of the kind"])
      expect(() => chooseRole(name, "add_roles", someFacts(), offered)).toThrow(/may be incomplete/);
    expect(chooseRole(ALERTS.id.toUpperCase(), "add_roles", someFacts(), offered)).toBe(ALERTS);
  });

  it("counts a role that is held and offered once", () => {
    const offered = { options: [TITLE], complete: true };
    expect(chooseRole("ops", "add_roles", someFacts({ roles: [TITLE] }), offered)).toBe(TITLE);
  });
});

it("finds a role by its id, and shows a name that it doesn't find, without invisible characters and quotes", () => {
  expect(findRole("\u200B“ALERT-emails”", ROLES)).toBe(ALERTS);
  expect(() => findRole("\u202E“Supreme  Leader”", ROLES)).toThrow(
    expect.objectContaining({ code: "unknown_role", data: { role: "Supreme Leader", similar: [] } }),
  );
});

it("never takes a part of a name for the whole", () => {
  expect(roleNamed("Alert", ROLES)).toBeUndefined();
  expect(() => findRole("Alert", ROLES)).toThrow(
    expect.objectContaining({ code: "unknown_role", data: { role: "Alert", similar: ["Alert Emails"] } }),
  );
});

it("tells a role that Incydr has but this client may not assign from one that doesn't exist", () => {
  expect(() => findRole("security administrator", ROLES)).toThrow(
    expect.objectContaining({ code: "role_not_assignable", data: { role: "Security Administrator" } }),
  );
  expect(() => findRole("Supreme Leader", ROLES)).toThrow(
    expect.objectContaining({ code: "unknown_role", data: { role: "Supreme Leader", similar: [] } }),
  );
});

it("names roles that share a word with what was typed, at most five", () => {
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
