import { expect, it } from "vitest";
import { chooseRole, offeredRoles } from "../../../../src/change-requests/drafting/offered-roles.ts";
import type { Change } from "../../../../src/change-requests/index.ts";
import { createList, IncompleteListError, type IncydrReader } from "../../../../src/incydr/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";

const roles = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}`, name: "" }));

/** How many roles a replacement offers to a user who holds so many. */
async function offered(held: number): Promise<number> {
  const users = { listRoles: async () => createList([], { complete: true, skipped: [] }) };
  const incydr = { users } as unknown as IncydrReader; // nothing else of it is read
  return (await offeredRoles(incydr, "replace_roles", someFacts({ roles: roles(held) }))).options.length;
}

it("a replacement offers all roles of a user who holds a hundred, and is refused where one more wouldn't fit", async () => {
  expect(await offered(100)).toBe(100);
  await expect(offered(101)).rejects.toMatchObject({ code: "too_many_roles" });
});

/** The roles that are offered where Incydr lists none, in a list that may be incomplete or not. */
async function offeredOfNone(
  kind: Change["kind"],
  complete: boolean,
  patch: Parameters<typeof someFacts>[0] = {},
) {
  const users = { listRoles: async () => createList([], { complete, skipped: [] }) };
  const incydr = { users } as unknown as IncydrReader; // nothing else of it is read
  return offeredRoles(incydr, kind, someFacts(patch));
}

it("nobody is said to hold every role because a list that may be incomplete shows no other", async () => {
  await expect(offeredOfNone("add_roles", false)).rejects.toThrow(IncompleteListError);
  await expect(offeredOfNone("add_roles", true)).rejects.toMatchObject({
    data: { why: "holds_every_role" },
  });
});

it.each([true, false])(
  "a replacement's roles are as complete as Incydr's list of them: %s",
  async (complete) => {
    expect((await offeredOfNone("replace_roles", complete)).complete).toBe(complete);
  },
);

it.each([
  ["deactivate", { active: false }, "inactive"],
  ["activate", { active: true }, "active"],
  ["remove_roles", { roles: [] }, "holds_no_role"],
] as const)("%s has nothing to do where the subject is so already: %j", async (kind, patch, why) => {
  await expect(offeredOfNone(kind, true, patch)).rejects.toMatchObject({
    code: "nothing_to_do",
    data: { why },
  });
});

it("a role that the subject doesn't hold can't be removed, though it exists", () => {
  const offered = { options: someFacts().roles, complete: true };
  expect(() => chooseRole("Alert Emails", "remove_roles", someFacts(), offered)).toThrow(
    expect.objectContaining({ data: expect.objectContaining({ why: "role_not_held" }) }),
  );
});
