import { expect, it } from "vitest";
import { parseUserId } from "../../../src/incydr/index.ts";
import { noteReads } from "../../../src/subjects/index.ts";
import { failure, stubIncydr, USER_ID } from "./stub-incydr.ts";

const AT = new Date("2026-11-01T09:00:00Z");
const id = parseUserId(USER_ID);

/** A reader whose records are kept in `noted`. */
function setUp({
  answers = {},
  save = async () => {},
}: {
  answers?: Parameters<typeof stubIncydr>[0];
  save?: () => Promise<void>;
} = {}) {
  const noted: unknown[] = [];
  const noting = noteReads({
    incydr: stubIncydr(answers).incydr,
    clock: { now: () => AT },
    store: {
      async updateUser(user) {
        noted.push(user);
        await save();
      },
      async updateRoles(userId, roles, readAt) {
        noted.push({ userId, roles, readAt });
        await save();
      },
    },
  });
  return { noting, noted };
}

it("a reading of a user or of their roles updates the directory, with the time before the reading", async () => {
  const { noting, noted } = setUp({ answers: { roles: [{ roleId: "org-admin", roleName: "Org Admin" }] } });
  await noting.reader.users.getUser(USER_ID);
  await noting.reader.users.listUserRoles(id);
  expect(noted).toMatchObject([
    { userId: USER_ID, username: "nadia@example.com", active: true, readAt: AT },
    { userId: USER_ID, roles: [{ id: "org-admin", name: "Org Admin" }], readAt: AT },
  ]);
});

it("a failed reading updates nothing", async () => {
  const { noting, noted } = setUp({ answers: { user: failure("not_found") } });
  await expect(noting.reader.users.getUser(USER_ID)).rejects.toMatchObject({ code: "not_found" });
  expect(noted).toEqual([]);
});

it("a reading succeeds without waiting for a directory that fails", async () => {
  const { noting } = setUp({ save: () => Promise.reject(new Error("The database is away.")) });
  expect(await noting.reader.users.getUser(USER_ID)).toMatchObject({ userId: USER_ID });
  await noting[Symbol.asyncDispose]();
});

it("at most ten records are stored at a time, and disposal waits for them", async () => {
  const open = Promise.withResolvers<void>();
  const { noting, noted } = setUp({ save: () => open.promise });
  for (let reading = 0; reading < 30; reading += 1) await noting.reader.users.getUser(USER_ID);
  expect(noted).toHaveLength(10);
  let isDisposed = false;
  const disposed = noting[Symbol.asyncDispose]().then(() => {
    isDisposed = true;
  });
  await Promise.resolve();
  expect(isDisposed).toBe(false);
  open.resolve();
  await disposed;
});
