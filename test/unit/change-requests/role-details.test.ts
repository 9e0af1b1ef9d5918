import { expect, it } from "vitest";
import type { AuditEvent } from "../../../src/audit/index.ts";
import { createRoleDetails } from "../../../src/change-requests/index.ts";
import { createList, type IncydrReader } from "../../../src/incydr/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { shippedEngine } from "../../support/shipped-policies.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { uowOf } from "../../support/stub-ports.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

const ROLES = [
  { roleId: "alert-emails", roleName: "Alert Emails", permissions: [{ permission: "alerts.read" }] },
  { roleId: "r-2", roleName: null, permissions: [] },
];

const NO_AGE = {
  ...{ readUsers: 0, expectedUsers: null, isEveryUserRead: false, oldestReadAt: null },
  ...{ usersWithRoles: 0, oldestRolesReadAt: null },
};

function setUp({ complete = true } = {}) {
  const audited: AuditEvent[] = [];
  const listRoles = async () => createList([...ROLES], { complete, skipped: [] });
  const roleDetails = createRoleDetails({
    authorizer: someAuthorizer({ engine: shippedEngine, directory: directoryOf(somePerson()) }),
    incydr: { users: { listRoles } } as unknown as IncydrReader, // nothing else of it is asked
    uow: uowOf({ audit: { append: async (event: AuditEvent) => void audited.push(event) } }),
    directory: {
      users: async ({ role }) => ({
        users: [],
        total: role === "alert-emails" ? 3 : 0,
        mayMatch: 0,
        offset: 0,
      }),
      age: async () => NO_AGE,
    },
    clock: systemClock,
  });
  return { audited, show: (typed: string) => roleDetails("U0MAYA", typed) };
}

it.each([
  ["alert emails", "alert-emails"],
  ["ALERT-EMAILS", "alert-emails"],
  ["r-2", "r-2"],
])(
  "a role is shown with its holders by its name or id, and the look-up is audited: %s",
  async (typed, id) => {
    const { audited, show } = setUp();
    const total = id === "alert-emails" ? 3 : 0;
    expect(await show(typed)).toMatchObject({ role: { id }, holders: { page: { total } } });
    expect(audited).toMatchObject([{ kind: "role.viewed" }]);
  },
);

it("a role that is not found is audited as a rejected attempt", async () => {
  const { audited, show } = setUp();
  await expect(show("Nothing")).rejects.toMatchObject({ code: "unknown_role" });
  const details = { action: "list", asked: "Nothing", fault: "unknown_role" };
  expect(audited).toMatchObject([{ kind: "attempt.rejected", details }]);
});

it("in a list that may be incomplete, a role is found by its id only", async () => {
  const { show } = setUp({ complete: false });
  expect(await show("Alert-Emails")).toMatchObject({ role: { id: "alert-emails" } });
  await expect(show("Alert Emails")).rejects.toThrow("may be incomplete");
});
