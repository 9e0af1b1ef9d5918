import { expect, test } from "vitest";
import { createSuggestUsers } from "../../src/change-requests/index.ts";
import { createDirectoryStore, createTenantDirectory } from "../../src/persistence/index.ts";
import { userOptions } from "../../src/slack/views/user-options.ts";
import type { DirectoryUser } from "../../src/subjects/index.ts";
import { someDraft } from "../support/draft-objects.ts";
import { menusOf } from "../support/stub-menus.ts";
import { useNewStores } from "../support/use-store.ts";

const store = useNewStores();

const USERS = Array.from({ length: 10_000 }, (_, index): DirectoryUser => {
  const userId = String(300_000_000_000_000_000n + BigInt(index));
  const displayName = `Firstname${index % 700} ${index % 9 === 0 ? "\u202Eנועה" : "Müller-Lastname"}${index}`;
  return {
    ...{ userId, username: `firstname.lastname${index}@harborlight.example`, displayName },
    ...{ active: index % 5 !== 0, blocked: false, orgGuid: "1", orgName: "Sales", readAt: new Date(0) },
  };
});

/** The typed texts from few letters, which match nearly all users, to a whole name. */
const TYPED = [
  "f",
  "fi",
  "lastname",
  "müller firstname12",
  "lastname9999@",
  "firstname.lastname42",
  "nobody",
];

test("a menu over 10,000 users keeps the event loop free, and finds each one by typing more", async () => {
  const { db } = store.database;
  const rows = createDirectoryStore(db);
  for (let at = 0; at < USERS.length; at += 500) await rows.saveUsers(USERS.slice(at, at + 500));
  const draft = someDraft();
  const suggestUsers = createSuggestUsers({ ...menusOf(draft), directory: createTenantDirectory(db) });
  const menu = async (typed: string) => {
    const found = await suggestUsers(draft.id, "U0MAYA", typed);
    const options = userOptions(found ?? { users: [], total: 0 }, typed);
    return { total: found?.total, groups: "option_groups" in options ? options.option_groups : [] };
  };
  await menu("f");

  const began = process.cpuUsage();
  for (const typed of TYPED) await menu(typed);
  const { user, system } = process.cpuUsage(began);
  // Invariant 14: 50 ms. This is the CPU time of the whole process for one menu.
  expect((user + system) / 1_000 / TYPED.length).toBeLessThan(50);

  const { total, groups } = await menu("f");
  expect(total).toBe(10_000);
  expect(groups.map(({ label, options }) => [label.text, options.length])).toEqual([
    ["99 of 10,000 users in the directory. Type more letters.", 99],
    ["Not in the list?", 1],
  ]);
  for (const { userId, username } of USERS.filter((_, index) => index % 1_111 === 0)) {
    const [found] = (await menu(username)).groups;
    expect(found?.options.map(({ value }) => value)).toContain(`id:${userId}`);
  }
});
