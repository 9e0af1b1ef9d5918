import { setImmediate } from "node:timers/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readRecords } from "../../../src/incydr/client/answers.ts";
import { parseLongJsonBody, tryParseJsonBody } from "../../../src/incydr/http/json-body.ts";
import { readServerErrorDetail } from "../../../src/incydr/http/server-error-detail.ts";
import type { IncydrClient } from "../../../src/incydr/index.ts";
import { refusal, someUser, startIncydr } from "./recorded-incydr.ts";

const MOST_CPU_MS = 50;

/** The least CPU time of this thread in several tries, because the machine may be busy. */
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

describe("the size of an answer is bounded", () => {
  const blanks = Buffer.alloc(64 * 1024 * 1024, " ");

  test.each([
    ["as it came", {}, blanks],
    ["once it is unpacked by gzip", { "Content-Encoding": "gzip" }, gzipSync(blanks)],
    ["once it is unpacked by br", { "Content-Encoding": "br" }, brotliCompressSync(blanks)],
  ])("%s", async (_, headers, text) => {
    await using incydr = await startIncydr(() => ({ headers, text }));
    expect(await refusal(incydr.users.getUser(someUser))).toMatchObject({
      code: "unexpected_answer",
      message: expect.stringContaining("too large"),
    });
  });

  test.each([200, 404, 500])("in its depth: a deep answer of %i is none of Incydr's", async (status) => {
    const deep = `${'[{"a":'.repeat(5000)}1${"}]".repeat(5000)}`;
    await using incydr = await startIncydr(() => ({ status, text: deep }));
    expect(await refusal(incydr.users.listRoles({ deadlineMs: 20_000 }))).toMatchObject({
      code: status === 500 ? "unavailable" : "unexpected_answer",
    });
  });

  test.each<[string, string, (client: IncydrClient) => Promise<unknown>]>([
    ["users", list("users", 15_000, "7"), ({ users }) => users.getPage()],
    ["orgs", list("orgs", 15_000, "7"), ({ orgs }) => orgs.list()],
    ["roles", list("roles", 15_000, "7"), ({ users }) => users.listUserRoles(someUser)],
    ["devices", list("devices", 15_000, "7"), ({ users }) => users.getDevices(someUser)],
    ["", JSON.stringify(Array(15_000).fill({})), ({ users }) => users.listRoles()],
  ])("in its unreadable records, of which 15,000 are none of Incydr's: %s", async (field, text, read) => {
    await using incydr = await startIncydr(() => ({ text }));
    expect(await refusal(read(incydr))).toMatchObject({
      code: "unexpected_answer",
      message: expect.stringContaining(`an unexpected shape at ${field}`),
    });
  });

  test("in its records, of which 2,600,000 are none of Incydr's", async () => {
    await using incydr = await startIncydr(() => ({ text: list("users", 2_600_000) }));
    expect(await refusal(incydr.users.getPage())).toMatchObject({ code: "unexpected_answer" });
  });

  test("so widely that 10,000 organizations are read", async () => {
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
    ["brackets within a text", JSON.stringify({ note: "[[[".repeat(500), quoted: '"[{\\'.repeat(500) })],
    ["nested lists", "[".repeat(64) + "]".repeat(64)],
  ])("%s are read", async (_, text) => {
    expect(await parseLongJsonBody(text)).toEqual(JSON.parse(text));
  });

  test("lists that nest 65 deep, and half a text, are no JSON", async () => {
    await expect(parseLongJsonBody("[".repeat(65) + "]".repeat(65))).rejects.toThrow(SyntaxError);
    await expect(parseLongJsonBody('{"a": "')).rejects.toThrow(SyntaxError);
  });
});

describe("records are read one by one", () => {
  const item = z.object({ id: z.string() });

  test("until 100 of them couldn't be read, and then the list is given up at once", async () => {
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
    expect(await turnsDuring(readRecords(slow, records))).toBeGreaterThan(5);
  });
});

describe("the text of an error's body", () => {
  const textOf = (body: string) => readServerErrorDetail(body, (text) => text).text;

  test.each([
    ["backslashes", "\\".repeat(65_536)],
    ["nested arrays", "[".repeat(65_536)],
    ["nested objects", '{"a":'.repeat(13_000)],
    ["escaped quotes", `"${'\\"'.repeat(32_000)}"`],
    ["a long description", JSON.stringify([{ name: "X", description: "y ".repeat(30_000) }])],
  ])("has at most 500 characters, also of 64 KB of %s", (_, body) => {
    expect(textOf(body)?.length ?? 0).toBeLessThanOrEqual(500);
  });

  test("is read from the first 65,536 characters, for a longer one is no error of Incydr's", () => {
    expect(textOf(`${" ".repeat(65_532)}late`)).toBe("late");
    expect(textOf(`${" ".repeat(65_536)}late`)).toBeNull();
  });
});
