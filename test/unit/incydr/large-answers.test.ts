import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readRecords } from "../../../src/incydr/client/answers.ts";
import { parseLongJsonBody, tryParseJsonBody } from "../../../src/incydr/http/json-body.ts";
import { someUser, startIncydr } from "./recorded-incydr.ts";
import type { openClient } from "./recording-server.ts";

const MOST_CPU_MS = 50;

/** CPU of this thread, of the quickest of some tries: the machine may be busy. */
async function leastCpuMs(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && least >= MOST_CPU_MS; attempt += 1) {
    const before = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

/** The turns that other work of the process gets until `work` ends. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  work.then(end, end);
  while (!isOver) {
    await setImmediate();
    turns += 1;
  }
  await work;
  return turns;
}

const list = (field: string, count: number, record = "{}") =>
  `{"${field}":[${Array.from({ length: count }, () => record).join(",")}]}`;

describe("the number of values in an answer is bounded, whatever its bytes are", () => {
  const inner = (count: number) => `[{"roleId":"r","permissions":[${"{},".repeat(count - 1)}{}]}]`;
  const members = (count: number) =>
    `{${Array.from({ length: count }, (_, n) => `"member${n}":1`).join(",")}}`;

  test.each([
    ["200,000 empty records", list("users", 200_000)],
    ["a bare list of 2,600,000", `[${"[],".repeat(2_600_000)}1]`],
    ["20,001 records", list("users", 20_001)],
    ["5,001 entries in a record", inner(5_001)],
    ["1,001 members of an object", members(1_001)],
    ["4,000,000 lists that nothing separates", "[]".repeat(4_000_000)],
    ["4,000,000 objects that nothing separates", `{"users":[${"{}".repeat(4_000_000)}]}`],
    ["250,001 values in small lists", `[${`[${"1,".repeat(999)}1],`.repeat(251)}1]`],
  ])("%s are refused before anything is parsed", async (_, text) => {
    expect(tryParseJsonBody(text)).toBe(undefined);
    await expect(parseLongJsonBody(text)).rejects.toThrow("too many values");
    expect(await leastCpuMs(() => parseLongJsonBody(text).catch(() => undefined))).toBeLessThan(MOST_CPU_MS);
  });

  test.each([
    ["20,000 records", list("users", 20_000)],
    ["5,000 entries in a record", inner(5_000)],
    ["1,000 members of an object", members(1_000)],
    ["commas within a text", JSON.stringify({ notes: ",".repeat(400_000) })],
  ])("%s are read", async (_, text) => {
    expect(await parseLongJsonBody(text)).toEqual(JSON.parse(text));
  });
});

describe("records are read one by one", () => {
  const item = z.object({ id: z.string() });

  test("and after 100 that can't be read the list is given up, at once", async () => {
    let tried = 0;
    const counted = z.preprocess((value) => {
      tried += 1;
      return value;
    }, item);
    const odd = (count: number) => Array.from({ length: count }, () => ({}));
    const good = { id: "1" };
    expect(await readRecords(counted, [...odd(100), good])).toEqual({ items: [good], skipped: 100 });
    tried = 0;
    await expect(readRecords(counted, [...odd(10_000), good])).rejects.toThrow();
    expect(tried).toBe(101);
  });

  test("and other work gets its turn between them", async () => {
    const slow = z.preprocess((value) => {
      for (let n = 0; n < 20_000; n += 1) Math.hypot(n, n);
      return value;
    }, item);
    const records = Array.from({ length: 2_000 }, (_, n) => ({ id: `${n}` }));
    const turns = await turnsDuring(readRecords(slow, records));
    expect(turns).toBeGreaterThan(5);
  });
});

describe("a large answer", () => {
  test.each([
    ["users", (client: ReturnType<typeof openClient>) => client.users.getPage()],
    ["orgs", (client: ReturnType<typeof openClient>) => client.orgs.list()],
    ["roles", (client: ReturnType<typeof openClient>) => client.users.listUserRoles(someUser)],
    ["devices", (client: ReturnType<typeof openClient>) => client.users.getDevices(someUser)],
  ])("of 15,000 unreadable records is none of Incydr's: %s", async (field, read) => {
    await using incydr = await startIncydr(() => ({ text: list(field, 15_000, "7") }));
    await expect(read(incydr)).rejects.toMatchObject({
      code: "unexpected_answer",
      message: expect.stringContaining(`of another shape at ${field}`),
    });
  });

  test("of a bare list of 15,000 unreadable roles is none of Incydr's", async () => {
    await using incydr = await startIncydr(() => ({
      json: Array.from({ length: 15_000 }, () => ({})),
    }));
    await expect(incydr.users.listRoles()).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  test("of 8 MB that came packed as some kilobytes is none of Incydr's", async () => {
    const text = list("users", 2_600_000);
    expect(gzipSync(text).length).toBeLessThan(20_000);
    await using incydr = await startIncydr(() => ({ text }));
    await expect(incydr.users.getPage()).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  test("of 10,000 organizations is read", async () => {
    const more = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`field${n}`, "a value of it"]));
    const orgs = Array.from({ length: 10_000 }, (_, n) => ({
      orgGuid: `org-${n}`,
      orgName: `Org ${n}`,
      ...more,
    }));
    await using incydr = await startIncydr(() => ({ json: { orgs, totalCount: 10_001 } }));
    expect(await incydr.orgs.list()).toHaveLength(10_000);
  });
});
