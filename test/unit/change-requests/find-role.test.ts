import { expect, it } from "vitest";
import { findRole, roleNamed } from "../../../src/change-requests/find-role.ts";

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

it("never takes a part of a name for the whole", () => {
  expect(roleNamed("Alert", ROLES)).toBeUndefined();
  expect(() => findRole("Alert", ROLES)).toThrow(
    expect.objectContaining({ code: "unknown_role", role: "Alert", similar: ["Alert Emails"] }),
  );
});

it("tells a role that Incydr has but this client may not assign from one that doesn't exist", () => {
  expect(() => findRole("security administrator", ROLES)).toThrow(
    expect.objectContaining({ code: "role_not_assignable", role: "Security Administrator" }),
  );
  expect(() => findRole("Supreme Leader", ROLES)).toThrow(
    expect.objectContaining({ code: "unknown_role", role: "Supreme Leader", similar: [] }),
  );
});

it("names roles that share a word with what was typed, at most five", () => {
  expect(() => findRole("manager of watchlists", ROLES)).toThrow(
    expect.objectContaining({ similar: ["Watchlist Manager", "Departing Employee Manager"] }),
  );
  const many = Array.from({ length: 9 }, (_, index) => ({ id: `m${index}`, name: `Manager ${index}` }));
  expect(() => findRole("manager", many)).toThrow(
    expect.objectContaining({ similar: many.slice(0, 5).map(({ name }) => name) }),
  );
});
