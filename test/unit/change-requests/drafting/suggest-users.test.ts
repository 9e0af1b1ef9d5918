import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createSuggestUsers } from "../../../../src/change-requests/index.ts";
import type { DirectoryFilter, DirectoryUser, TenantDirectory } from "../../../../src/subjects/index.ts";
import { someDraft } from "../../../support/draft-objects.ts";
import { menusOf } from "../../../support/stub-menus.ts";

const DRAFT = someDraft();
const NADIA: DirectoryUser = {
  ...{ userId: "300000000000000001", username: "nadia@harborlight.example", displayName: "Nadia Petrov" },
  ...{ active: false, blocked: null, orgGuid: null, orgName: null, readAt: new Date(0) },
};

function suggestFrom(users: TenantDirectory["users"], draft = DRAFT) {
  return createSuggestUsers({ menuDraft: menusOf(draft).menuDraft, directory: { users } });
}

it("users are suggested by the typed text, active and inactive ones, with the number of all", async () => {
  const asked: object[] = [];
  const suggest = suggestFrom(async (...question) => {
    asked.push(question);
    return { users: [NADIA], total: 320, mayMatch: 0, offset: 0 };
  });
  expect(await suggest(DRAFT.id, "U0MAYA", "  nad ")).toEqual({ users: [NADIA], total: 320 });
  const filter: DirectoryFilter = { text: "nad", active: null, blocked: null, org: null, role: null };
  expect(asked).toEqual([[filter, { offset: 0, limit: 99 }]]);
});

it("nobody is suggested to a person who did not open the form, and the directory is not read", async () => {
  const users = vi.fn<TenantDirectory["users"]>();
  expect(await suggestFrom(users)(DRAFT.id, "U0NOOR", "nad")).toBeNull();
  expect(users).not.toHaveBeenCalled();
});

it("a text that is too long for the directory suggests nobody", async () => {
  const users = vi.fn<TenantDirectory["users"]>();
  expect(await suggestFrom(users)(DRAFT.id, "U0MAYA", "x".repeat(101))).toEqual({ users: [], total: 0 });
  expect(users).not.toHaveBeenCalled();
});

it("a directory that fails suggests nobody, so that the typed text can still be used", async () => {
  const suggest = suggestFrom(() => Promise.reject(new Error("no database")));
  expect(await suggest(DRAFT.id, "U0MAYA", "nad")).toEqual({ users: [], total: 0 });
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("a directory that does not answer within half a second suggests nobody", async () => {
  const suggested = suggestFrom(() => new Promise(() => {}))(DRAFT.id, "U0MAYA", "nad");
  await vi.advanceTimersByTimeAsync(500);
  expect(await suggested).toEqual({ users: [], total: 0 });
});
