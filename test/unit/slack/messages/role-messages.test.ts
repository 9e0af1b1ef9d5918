import fc from "fast-check";
import { expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import { listedUsersOf } from "../../../../scripts/catalogue/fixtures.ts";
import {
  HELD_ROLES_ON_A_PAGE,
  heldRoles,
  ROLES_ON_A_PAGE,
  roleList,
  roleMessage,
} from "../../../../src/slack/messages/role-messages.ts";
import { readable } from "../block-texts.ts";

/** Characters of a message's blocks as JSON, of which Slack refuses more. */
const LONGEST_BLOCKS = 13_200;

const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constant('"\\'.repeat(150)),
  fc.constant(`\u202E${"ש".repeat(255)}`),
  fc.constant("🧊".repeat(130)),
);
const page = (total: number) =>
  fc.record({
    ...{
      first: fc.nat({ max: 20 }).map((index) => index * ROLES_ON_A_PAGE + 1),
      isMore: fc.constant(false),
      total: fc.constant(total),
    },
    ...{ previous: fc.option(fc.constant("roles --page 1")), next: fc.option(fc.constant("roles --page 3")) },
  });

function expectValid(blocks: readonly object[]) {
  expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
}

it("a page of roles with any names is one valid message, with a button for each page beside it", () => {
  const roles = fc.array(fc.record({ roleId: name, roleName: fc.option(name) }), {
    ...{ minLength: 1, maxLength: ROLES_ON_A_PAGE, size: "max" },
  });
  fc.assert(
    fc.property(roles, page(612), fc.boolean(), (shown, at, isFrozen) => {
      const { blocks } = roleList({ kind: "roles", roles: shown, page: at, isComplete: true, isFrozen });
      expectValid(blocks);
      const said = readable(blocks);
      expect(said).toContain("612 roles can be added");
      expect(said.includes("Next")).toBe(at.next !== null);
      expect(said.includes("Previous")).toBe(at.previous !== null);
    }),
    { numRuns: 100 },
  );
});

it("a page of held roles with any names and grants is one valid message", () => {
  const role = fc.record({
    ...{ id: name, name },
    createdAt: fc.constantFrom("2026-01-01T00:00:00.000Z", null),
    modifiedAt: fc.constantFrom("2026-02-01T00:00:00.000Z", null),
  });
  const roles = fc.uniqueArray(role, {
    ...{ selector: ({ id }) => id, minLength: 1, maxLength: HELD_ROLES_ON_A_PAGE, size: "max" },
  });
  fc.assert(
    fc.property(roles, page(500), name, (shown, at, username) => {
      const grants = shown.map(({ id, name: roleName }) => ({
        ...{ requestId: 17, username, role: { id, name: roleName } },
        ...{ state: "active" as const, endsAt: "2026-03-01T00:00:00.000Z" },
      }));
      const list = { kind: "held_roles", userId: "4711", username, page: at, isFrozen: true } as const;
      expectValid(heldRoles({ ...list, roles: shown, grants }).blocks);
    }),
    { numRuns: 100 },
  );
});

it("the holders of a role are named, and an incomplete directory never shows that there are none", () => {
  const role = { id: "r-1", name: "Alert Emails", permissions: [] };
  const none = listedUsersOf({ users: [], total: 0 });
  const said = (holders: typeof none) => readable(roleMessage({ kind: "role", role, holders }).blocks);
  expect(said(listedUsersOf({ total: 12 }))).toMatch(/Held by 12 users: .+ and 11 more\./);
  expect(said(none)).toContain("No user in the directory has this role.");
  for (const unsure of [
    { ...none, age: { ...none.age, isEveryUserRead: false } },
    { ...none, mayMatch: 1 },
  ])
    expect(said(unsure)).toContain("No holder among the users whose roles the bot has read so far.");
});

it("a role with any permissions is one valid message, and says how many it leaves out", () => {
  fc.assert(
    fc.property(name, fc.array(name, { maxLength: 500, size: "max" }), (roleName, permissions) => {
      const { blocks } = roleMessage({ kind: "role", role: { id: "r1", name: roleName, permissions } });
      expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
      if (permissions.length > 40)
        expect(readable(blocks)).toContain(`… and ${permissions.length - 40} more.`);
    }),
    { numRuns: 100 },
  );
});
