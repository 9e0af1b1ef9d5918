import { expect, it } from "vitest";
import { chooseRole, offeredRoles } from "../../../../src/change-requests/drafting/offered-roles.ts";
import type { Change } from "../../../../src/change-requests/index.ts";
import { IncompleteListError } from "../../../../src/incydr/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { incydrListing } from "../../../support/stub-ports.ts";

const roles = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}`, name: "" }));

/** The roles that a form offers if Incydr's list of roles is empty. */
function offeredOfNone(kind: Change["kind"], complete: boolean, patch: Parameters<typeof someFacts>[0] = {}) {
  return offeredRoles(incydrListing({ complete }), kind, someFacts(patch));
}

it("a replacement offers up to a hundred held roles, and is refused for more", async () => {
  const offered = (held: number) => offeredOfNone("replace_roles", true, { roles: roles(held) });
  expect((await offered(100)).options).toHaveLength(100);
  await expect(offered(101)).rejects.toMatchObject({ code: "too_many_roles" });
});

it("a subject is not said to hold every role if the list of roles may be incomplete", async () => {
  await expect(offeredOfNone("add_roles", false)).rejects.toThrow(IncompleteListError);
  await expect(offeredOfNone("add_roles", true)).rejects.toMatchObject({
    data: { why: "holds_every_role" },
  });
});

it.each([true, false])(
  "the roles of a replacement are marked as complete if Incydr's list is: %s",
  async (complete) => {
    expect((await offeredOfNone("replace_roles", complete)).complete).toBe(complete);
  },
);

it.each([
  ["deactivate", { active: false }, "inactive"],
  ["activate", { active: true }, "active"],
  ["remove_roles", { roles: [] }, "holds_no_role"],
] as const)("%s is refused if it would change nothing for a subject with %j", async (kind, patch, why) => {
  await expect(offeredOfNone(kind, true, patch)).rejects.toMatchObject({
    code: "nothing_to_do",
    data: { why },
  });
});

it("a role that the subject does not hold can't be removed", () => {
  const offered = { options: someFacts().roles, complete: true };
  expect(() => chooseRole("Alert Emails", "remove_roles", someFacts(), offered)).toThrow(
    expect.objectContaining({ data: expect.objectContaining({ why: "role_not_held" }) }),
  );
});
