import fc from "fast-check";
import { expect, it } from "vitest";
import { menuOption, optionGroup } from "../../../../sandbox/slack/blocks/composition-objects.ts";
import { readUserOption, userOptions } from "../../../../src/slack/views/user-options.ts";
import type { DirectoryUser } from "../../../../src/subjects/index.ts";

function someUser(patch: Partial<DirectoryUser> = {}): DirectoryUser {
  return {
    ...{ userId: "300000000000000001", username: "nadia@harborlight.example", displayName: "Nadia Petrov" },
    ...{ active: true, blocked: null, orgGuid: null, orgName: null, readAt: new Date(0) },
    ...patch,
  };
}

/** The groups of a menu, each as its label and its options. */
function groupsOf(users: readonly DirectoryUser[], typed: string, total = users.length) {
  const menu = userOptions({ users, total }, typed);
  if ("options" in menu) return [];
  for (const group of menu.option_groups) optionGroup.parse(group);
  return menu.option_groups.map(({ label, options }) => ({ label: label.text, options }));
}

const textsOf = (users: readonly DirectoryUser[], typed = "x") =>
  groupsOf(users, typed).flatMap(({ options }) => options.map(({ text }) => text.text));

it("a menu has the suggested users with their ids, and last the typed text for a user who is missing", () => {
  const groups = groupsOf([someUser(), someUser({ userId: "2", active: false })], " nad ");
  expect(groups).toMatchObject([
    {
      label: "2 users in the directory",
      options: [
        { text: { text: "Nadia Petrov (nadia@harborlight.example)" }, value: "id:300000000000000001" },
        { value: "id:2", description: { text: "Inactive" } },
      ],
    },
    { label: "Not in the list?", options: [{ text: { text: "Use “nad”" }, value: "typed:nad" }] },
  ]);
  expect(groups[0]?.options[0]).not.toHaveProperty("description");
});

it("a menu says how many users match if it does not show all of them", () => {
  const users = Array.from({ length: 99 }, (_, index) => someUser({ userId: String(index) }));
  const [first] = groupsOf(users, "a", 10_000);
  expect(first?.label).toBe("99 of 10,000 users in the directory. Type more letters.");
});

it("a menu never says that there is no user", () => {
  expect(groupsOf([], "nobody")).toMatchObject([{ label: "Not in the list?" }]);
  expect(userOptions({ users: [], total: 0 }, "  ")).toEqual({ options: [] });
});

it("a long name gives way to the username, which tells more", () => {
  const displayName = "N".repeat(200);
  const username = `${"u".repeat(30)}@harborlight.example`;
  expect(textsOf([someUser({ displayName, username: "nadia@harborlight.example" })])[0]).toMatch(
    /^N{46}… \(nadia@harborlight\.example\)$/,
  );
  expect(textsOf([someUser({ username })])[0]).toBe(`Nadia Petrov (${username})`);
  expect(textsOf([someUser({ displayName, username: "u".repeat(300) })])[0]).toMatch(/^N{31}… \(u{39}…\)$/);
});

it("direction characters and words like the bot's own in a name are made harmless", () => {
  const [rtl, fake] = textsOf([
    someUser({ displayName: "\u202Eנועה לוי" }),
    someUser({ displayName: "Nadia (nadia@other.example)" }),
  ]);
  expect(rtl).not.toContain("\u202E");
  expect(rtl).toContain("נועה לוי");
  expect(fake).toBe("“Nadia (nadia@other.example)” (nadia@harborlight.example)");
});

it("a typed text that is too long for an option is never cut, and the menu says so", () => {
  const [group] = groupsOf([], "x".repeat(145));
  expect(group?.options).toMatchObject([
    { text: { text: "Too long for this menu. Type it after a command." }, value: "typed:" },
  ]);
  expect(readUserOption("typed:")).toBeNull();
});

it.each([
  ["id:42", { who: "42", isSuggested: true }],
  ["typed:id:42", { who: "id:42", isSuggested: false }],
  ["nadia@harborlight.example", { who: "nadia@harborlight.example", isSuggested: false }],
  ["", null],
])("the value %j is read as %j", (value, expected) => {
  expect(readUserOption(value)).toEqual(expected);
});

it("every menu is valid for Slack, and each option's value gives back its id or the whole typed text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
    fc.constantFrom("\u202Eabc", "נועה", "\u200B", "𝔘".repeat(80), "a ".repeat(90)),
  );
  const user = fc.record({
    ...{ userId: fc.string({ minLength: 1, maxLength: 200 }), username: text, displayName: text },
    active: fc.constantFrom(true, false, null),
  });
  fc.assert(
    fc.property(fc.array(user, { maxLength: 99 }), text, (users, typed) => {
      const groups = groupsOf(users.map(someUser), typed);
      const options = groups.flatMap((group) => group.options);
      for (const option of options) menuOption.parse(option);
      expect(options.length).toBeLessThanOrEqual(100);
      const ids = options.flatMap(({ value = "" }) => {
        const read = readUserOption(value);
        return read?.isSuggested ? [read.who] : [];
      });
      expect(ids).toEqual(users.map(({ userId }) => userId).filter((id) => id.length <= 147));
      const last = options.at(-1)?.value ?? "";
      if (typed.trim() !== "" && typed.trim().length <= 144)
        expect(readUserOption(last)).toEqual({ who: typed.trim(), isSuggested: false });
    }),
    { numRuns: 200 },
  );
});
