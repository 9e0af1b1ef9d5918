import { expect, it } from "vitest";
import { offeredRoles } from "../../../../src/change-requests/drafting/offered-roles.ts";
import { createList, type IncydrReader } from "../../../../src/incydr/index.ts";
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
