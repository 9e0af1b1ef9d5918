import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import type { ListedUsers } from "../../../../src/change-requests/index.ts";
import { userListMessage } from "../../../../src/slack/messages/user-list.ts";
import {
  readExportValue,
  readPageValue,
  writeExportValue,
  writePageValue,
} from "../../../../src/slack/messages/user-list-page.ts";
import { readUserMenuValue, userMenu } from "../../../../src/slack/messages/user-menu.ts";
import { LONGEST_FILTER_TEXT, USERS_ON_A_PAGE } from "../../../../src/subjects/index.ts";
import { readable } from "../block-texts.ts";

/** Characters of a message's blocks as JSON, of which Slack refuses more. */
const LONGEST_BLOCKS = 13_200;

const EVERYBODY = { text: null, active: null, blocked: null, org: null, role: null };
const WHOLE = {
  ...{ readUsers: 320, expectedUsers: 320, isEveryUserRead: true, usersWithRoles: 320 },
  oldestAgeMs: 0,
};

function listOf(list: Partial<ListedUsers>, age: Partial<ListedUsers["age"]> = {}): ListedUsers {
  const whole = { filter: EVERYBODY, users: [], total: 0, mayMatch: 0, offset: 0 };
  return { ...whole, ...list, age: { ...WHOLE, ...age } };
}
const said = (list: ListedUsers) => readable(userListMessage(list, { isFrozen: false }).blocks);

const flag = fc.constantFrom(true, false, null);
const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constant("x".repeat(300)),
  fc.constant('"\\'.repeat(150)),
  fc.constant(`\u202E${"ש".repeat(255)}`),
  fc.constant("a\nOrganization Sales"),
);
const user = fc.record({
  userId: fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
  ...{ username: name, displayName: name, active: flag, blocked: flag },
  orgName: fc.option(name),
});
const users = fc.uniqueArray(user, { maxLength: USERS_ON_A_PAGE, selector: ({ userId }) => userId });

it("a page of users with any names is one valid message that has each user once, in two lines", () => {
  fc.assert(
    fc.property(users, fc.nat(), fc.nat({ max: 9_999 }), (listed, more, mayMatch) => {
      const list = listOf({ users: listed, total: listed.length + more, offset: 10, mayMatch });
      const { blocks } = userListMessage(list, { isFrozen: true });
      expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
      const sections = blocks.filter(({ type }) => type === "section");
      expect(sections.map(({ block_id }) => block_id)).toEqual(listed.map(({ userId }) => `user:${userId}`));
      for (const section of sections) {
        const { text } = section as { text: { text: string } }; // each section of the list has a text
        expect(text.text.split("\n")).toHaveLength(2);
      }
    }),
    { numRuns: 200 },
  );
});

const filterText = fc.option(fc.string({ unit: "binary", minLength: 1, maxLength: LONGEST_FILTER_TEXT }));
const page = fc.record({
  filter: fc.record({ text: filterText, active: flag, blocked: flag, org: filterText, role: filterText }),
  offset: fc.nat({ max: 10_000_000 }),
});

it("the value of a page's button fits into Slack's limit, and is read as it was written", () => {
  fc.assert(
    fc.property(page, (ref) => {
      const shortEnough = [ref.filter.text, ref.filter.org, ref.filter.role].every(
        (text) => (text?.length ?? 0) <= LONGEST_FILTER_TEXT,
      );
      fc.pre(shortEnough);
      const value = writePageValue(ref);
      expect(value.length).toBeLessThanOrEqual(2_000);
      expect(readPageValue(value)).toEqual(ref);
    }),
  );
});

it("the value of the button for an export fits into Slack's limit, and is read as it was written", () => {
  fc.assert(
    fc.property(page, ({ filter }) => {
      fc.pre(
        [filter.text, filter.org, filter.role].every((text) => (text?.length ?? 0) <= LONGEST_FILTER_TEXT),
      );
      const value = writeExportValue(filter);
      expect(value.length).toBeLessThanOrEqual(2_000);
      expect(readExportValue(value)).toEqual(filter);
    }),
  );
  for (const forged of ["", "{", "null", "{}", JSON.stringify({ ...EVERYBODY, more: 1 })])
    expect(readExportValue(forged)).toBeNull();
});

it("a full page by the longest filter is one valid message", () => {
  const longest = '"'.repeat(LONGEST_FILTER_TEXT);
  const filter = { text: longest, active: false, blocked: false, org: longest, role: longest };
  const users = Array.from({ length: USERS_ON_A_PAGE }, (_, index) => ({
    ...{ userId: `${"1".repeat(127)}${index}`, username: '"'.repeat(300), displayName: '"'.repeat(300) },
    ...{ active: null, blocked: null, orgName: '"'.repeat(300) },
  }));
  const list = listOf({ filter, users, total: 30, mayMatch: 9_999, offset: 10 });
  const { blocks } = userListMessage(list, { isFrozen: true });
  expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
});

it("a list offers an export only if it has users", () => {
  const buttons = (list: Partial<ListedUsers>) =>
    JSON.stringify(userListMessage(listOf(list), { isFrozen: false }).blocks).match(/Export CSV/g) ?? [];
  expect(buttons({ total: 1 })).toHaveLength(1);
  expect(buttons({ total: 0, mayMatch: 3 })).toHaveLength(0);
});

it("a value that no button has is read as none", () => {
  const value = JSON.parse(writePageValue({ filter: EVERYBODY, offset: 10 }));
  for (const forged of [
    ...["", "1", "null", "{", '{"offset":10}'],
    ...[
      { ...value, offset: -1 },
      { ...value, offset: 1.5 },
      { ...value, more: 1 },
    ],
    ...[
      { ...value, filter: { ...value.filter, text: "x".repeat(101) } },
      { ...value, filter: null },
    ],
  ])
    expect(readPageValue(typeof forged === "string" ? forged : JSON.stringify(forged))).toBeNull();
});

it("the menu of a user offers the change that fits their state, and its values are read back", () => {
  const choices = (active: boolean | null) =>
    userMenu("300000000000000001", { active })?.options?.map(({ value }) => readUserMenuValue(value ?? ""));
  const userId = "300000000000000001";
  const always = ["look_up", "add_roles", "remove_roles", "move"].map((choice) => ({ choice, userId }));
  expect(choices(true)).toEqual([...always, { choice: "deactivate", userId }]);
  expect(choices(null)).toEqual([...always, { choice: "deactivate", userId }]);
  expect(choices(false)).toEqual([...always, { choice: "activate", userId }]);
  for (const forged of ["", "look_up", "look_up:", "delete:1", "toString:1", "look_up:a/b", ":1"])
    expect(readUserMenuValue(forged)).toBeNull();
});

describe("a list without users", () => {
  it("says that there is none only if every user was read, and none may match", () => {
    expect(said(listOf({}))).toContain("No user in the directory matches.");
    for (const [list, age] of [
      [{ mayMatch: 1 }, {}],
      [{}, { isEveryUserRead: false }],
      [{}, { readUsers: 0, isEveryUserRead: false }],
    ] as const) {
      expect(said(listOf(list, age))).not.toContain("No user in the directory matches.");
      expect(said(listOf(list, age))).toMatch(/There may be more|has not read any users/);
    }
  });
});

it.each<[Partial<ListedUsers["age"]>, string]>([
  [{ oldestAgeMs: 59_999 }, "320 users read; the oldest entry is less than a minute old."],
  [{ oldestAgeMs: 12 * 60_000 + 5 }, "320 users read; the oldest entry is 12 minutes old."],
  [
    { readUsers: 9_412, expectedUsers: 10_000, isEveryUserRead: false, oldestAgeMs: 3.9 * 3_600_000 },
    "9,412 of about 10,000 users read so far; the oldest entry is 3 hours old.",
  ],
  [
    { expectedUsers: null, isEveryUserRead: false, oldestAgeMs: 75 * 3_600_000 },
    "320 users read so far; the oldest entry is 3 days old.",
  ],
])("an age %j is said as “%s”", (age, text) => {
  expect(said(listOf({}, age))).toContain(text);
});

it("a list by role says of how many users the roles were read", () => {
  const list = listOf({ filter: { ...EVERYBODY, role: "Alert Emails" } }, { usersWithRoles: 12 });
  expect(said(list)).toContain("Roles read: 12 of 320 users.");
});
