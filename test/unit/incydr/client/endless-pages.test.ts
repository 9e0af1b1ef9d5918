import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { collectPages, type Page } from "../../../../src/incydr/client/read-pages.ts";
import {
  findUserByUsername,
  IncydrError,
  listDevices,
  listUsers,
  parseUserId,
  type UsersReader,
} from "../../../../src/incydr/index.ts";

interface Item {
  readonly id: string;
}

const itemsOf = (count: number): Item[] => Array.from({ length: count }, (_, n) => ({ id: `${n + 1}` }));

test.each([
  ["which is incomplete after a full page", 10, false],
  ["which is complete after a short first page", 7, true],
])("a page that nothing promised and the server refuses ends the list, %s", async (_, count, complete) => {
  for (const refusal of [
    new IncydrError("invalid", "There is no such page.", { sent: "yes" }),
    new IncydrError("unexpected_answer", "404", { sent: "yes", status: 404, serverCode: "NOT_FOUND" }),
  ]) {
    const items = await collectPages<Item>({
      pageSize: 10,
      keyOf: ({ id }) => id,
      fetchPage: async (pageNum) => {
        if (pageNum > 1) throw refusal;
        return { items: itemsOf(count), totalCount: count };
      },
    });
    expect(items).toHaveLength(count);
    expect(items.complete).toBe(complete);
  }
});

describe("where the server ignores the page", () => {
  const keyless = (count: number, note: unknown = null) =>
    Array.from({ length: count }, () => ({ id: "", note }));
  const read = async (fetchPage: (asked: number) => Page<Item>) => {
    let asked = 0;
    const items = await collectPages<Item>({
      pageSize: 100,
      keyOf: ({ id }) => id || null,
      fetchPage: async () => {
        asked += 1;
        if (asked > 30) throw new Error("it doesn't end");
        return fetchPage(asked);
      },
    });
    return { items, asked };
  };

  test.each<[string, (asked: number) => Page<Item>]>([
    ["the same without a key, a total above the page", () => ({ items: keyless(100), totalCount: 105 })],
    ["the same without a key and a total", () => ({ items: keyless(100), totalCount: null })],
    ["others without a key, a total above the page", (n) => ({ items: keyless(100, n), totalCount: 105 })],
    ["others without a key, no total", (n) => ({ items: keyless(100, n), totalCount: null })],
    ["others without a key, an endless total", (n) => ({ items: keyless(100, n), totalCount: 1e15 })],
    ["unreadable records", () => ({ items: [], skipped: 50, totalCount: null })],
    ["one readable record of many", () => ({ items: itemsOf(1), skipped: 50, totalCount: null })],
    ["one record without a key", (n) => ({ items: [...itemsOf(99), ...keyless(1, n)], totalCount: null })],
  ])("the list ends, and is incomplete: %s", async (_, fetchPage) => {
    const { items, asked } = await read(fetchPage);
    expect(asked).toBeLessThanOrEqual(20);
    expect(items.complete).toBe(false);
  });

  test("records without a key on two pages are all read where the total says so", async () => {
    const { items } = await read((n) => ({ items: keyless(n === 1 ? 100 : 5, n), totalCount: 105 }));
    expect(items).toHaveLength(105);
    expect(items.complete).toBe(true);
  });
});

describe("one deadline holds for all pages of a list", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  let asked: (number | undefined)[];
  /** A server whose pages take 30 s each and never end. */
  function endless(): Pick<UsersReader, "getPage" | "getDevices"> {
    asked = [];
    const next = async (deadlineMs: number | undefined) => {
      asked.push(deadlineMs);
      if (asked.length > 20) throw new Error("it doesn't end");
      vi.advanceTimersByTime(30_000);
      const records = Array.from({ length: 100 }, (_, n) => `${asked.length}-${n}`);
      return { totalCount: null, skipped: 0, records };
    };
    return {
      getPage: async (_query, options) => {
        const { records, ...page } = await next(options?.deadlineMs);
        return { ...page, users: records.map((userId) => ({ userId, username: userId })) } as never; // bare ids
      },
      getDevices: async (_user, _query, options) => {
        const { records, ...page } = await next(options?.deadlineMs);
        return { ...page, devices: records.map((deviceId) => ({ deviceId })) } as never; // bare ids
      },
    };
  }

  test.each<
    [string, (users: ReturnType<typeof endless>, options?: { deadlineMs: number }) => Promise<unknown>]
  >([
    ["of users", (users, options) => listUsers(users, {}, options)],
    ["of devices", (users, options) => listDevices(users, parseUserId("1"), {}, options)],
    ["of a look-up by name", (users, options) => findUserByUsername(users, "ann@x.example", options)],
  ])("%s", async (_, list) => {
    await expect(list(endless(), { deadlineMs: 100_000 })).rejects.toMatchObject({ code: "timed_out" });
    expect(asked).toEqual([100_000, 70_000, 40_000, 10_000]);
    await expect(list(endless())).rejects.toMatchObject({ code: "timed_out" });
    expect(asked).toEqual([undefined, undefined]);
  });
});
