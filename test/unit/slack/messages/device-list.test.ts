import type { TableBlock } from "@slack/types";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import { type Answer, DEVICES_ON_A_PAGE, type ListedDevice } from "../../../../src/change-requests/index.ts";
import { deviceList } from "../../../../src/slack/messages/device-list.ts";
import { plainForms } from "../../../../src/slack/messages/plain-form.ts";
import { readable, textsIn } from "../block-texts.ts";

type DeviceList = Extract<Answer, { readonly kind: "devices" }>;

/** Characters of a message's blocks as JSON, of which Slack refuses more. */
const LONGEST_BLOCKS = 13_200;

/** Signs that end a line, turn the direction of a text, or are no text. */
const HARMFUL = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constant('"\\'.repeat(150)),
  fc.constantFrom("\\".repeat(300), "\\,\\".repeat(100)),
  fc.constant(`\u202E${"ש".repeat(255)}`),
  fc.constant("🧊".repeat(130)),
  fc.constant("x".repeat(10_000)),
  fc.constant("a\nStatus active\u2066\u0007"),
  fc.constant("<!channel> <@U0NADIA> *bold* `code` :smile:"),
  fc.constantFrom("", " ", "\u200B", "not known"),
);
const text = fc.option(name);
const flag = fc.constantFrom(true, false, null);
const device = fc.record({
  ...{ name: text, host: text, os: text, version: text, active: flag, blocked: flag },
  lastConnected: fc.constantFrom("2026-01-01T00:00:00.000Z", null),
  alertState: fc.constantFrom(0, 1, 2, 7, null),
  issues: fc.array(name, { maxLength: 5 }),
});

const listOf = (items: readonly ListedDevice[], patch: Partial<DeviceList> = {}) =>
  deviceList({
    ...{ kind: "devices", of: "device", username: "nadia@x.example", isFiltered: false },
    ...{ items, total: items.length, isComplete: true },
    ...patch,
  });

/** The rows of the only table of a message, without its headers. */
function rowsOf({ blocks }: ReturnType<typeof deviceList>): TableBlock["rows"] {
  const [table, ...more] = blocks.filter(({ type }) => type === "table");
  expect(more).toEqual([]);
  return (table as TableBlock).rows.slice(1);
}

const page = fc.record({
  items: fc.array(device, { minLength: 1, maxLength: DEVICES_ON_A_PAGE, size: "max" }),
  of: fc.constantFrom("device", "agent"),
  ...{ before: fc.nat(300), more: fc.nat(300), username: name, isComplete: fc.boolean() },
});

it("a page of devices with any names is one valid message with a row for each, and says which of how many they are", () => {
  fc.assert(
    fc.property(page, ({ items, of, before, more, username, isComplete }) => {
      const total = before + items.length + more;
      const command = `${of}s ${"9".repeat(128)} --inactive --unblocked --sort last-connected --desc`;
      const shown = listOf(items, {
        ...{ of, username, isComplete, total, offset: before, isFiltered: true, isFrozen: true },
        order: { by: "last-connected", isDescending: true },
        previous: before > 0 ? `${command} --page 99999` : null,
        next: more > 0 ? `${command} --page 99999` : null,
      });
      const { blocks, text: summary } = shown;
      expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
      const rows = rowsOf(shown);
      expect(rows).toHaveLength(items.length);
      for (const row of rows) expect(row).toHaveLength(7);
      expect(readable(rows)).not.toMatch(HARMFUL);
      const [plain] = plainForms(shown);
      expect(checkBlocks(plain?.blocks, { surface: "message" })).toMatchObject({ ok: true });
      expect(JSON.stringify(plain?.blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
      const plainLines = textsIn(plain?.blocks).flatMap(({ text }) => text.split("\n"));
      expect(plainLines.filter((line) => line.startsWith("Version: "))).toHaveLength(items.length);
      expect(summary.startsWith(isComplete ? `${total}` : `At least ${total}`)).toBe(true);
      const said = readable(blocks);
      const [first, last] = [before + 1, before + items.length];
      if (items.length < total)
        expect(said).toContain(`, ${first === last ? first : `${first}–${last}`} shown`);
      expect(said.includes("may be incomplete")).toBe(!isComplete);
      const buttons = blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));
      expect(buttons).toHaveLength([before, more].filter((number) => number > 0).length);
    }),
    { numRuns: 300 },
  );
});

it("a page of the longest texts that JSON makes twice as long is one valid message", () => {
  const long = "\\".repeat(300);
  const items = Array.from(
    { length: DEVICES_ON_A_PAGE },
    (): ListedDevice => ({
      ...{ name: long, host: long, os: long, version: long, active: null, blocked: true },
      ...{ lastConnected: "2026-01-01T00:00:00.000Z", alertState: 7, issues: [long, long, long] },
    }),
  );
  for (const of of ["device", "agent"] as const) {
    const command = `${of}s ${"9".repeat(128)} --inactive --unblocked --sort last-connected --desc --page 99999`;
    const { blocks } = listOf(items, {
      ...{ of, username: long, total: 900, offset: 15, isComplete: false, isFiltered: true, isFrozen: true },
      ...{ order: { by: "last-connected", isDescending: true }, previous: command, next: command },
    });
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
  }
});

const LAPTOP: ListedDevice = {
  ...{ name: "LT-1", host: "lt-1", active: true, blocked: false, os: "Windows 11", version: "11.4" },
  ...{ lastConnected: null, alertState: 2, issues: [] },
};
const NOTHING_SAID: ListedDevice = {
  ...{ name: null, host: null, active: null, blocked: null, os: null, version: null },
  ...{ lastConnected: null, alertState: null, issues: [] },
};

/** The texts of the cells of the only device. */
const cellsOf = (item: ListedDevice, of: DeviceList["of"] = "device") =>
  rowsOf(listOf([item], { of })).flatMap((row) => row.map((cell) => readable([cell])));

it("a device's name stands in a cell of its own, in quotes if it could look like facts of Incydr", () => {
  const forged = "x”: active, 🚫 blocked, last connected today";
  expect(cellsOf({ ...LAPTOP, name: forged })).toEqual([
    ...["“x': active, 🚫 blocked, last connected today”", "lt-1", "active", "Windows 11", "11.4"],
    ...["not known", "🔴 critical"],
  ]);
  expect(cellsOf({ ...LAPTOP, name: "not known" })[0]).toBe("“not known”");
});

describe("a fact that Incydr does not say", () => {
  it("is said to be unknown, and not to be none", () => {
    expect(cellsOf(NOTHING_SAID)).toEqual([
      ...["not known", "not known", "status not known, block not known"],
      ...["not known", "not known", "not known", "not known"],
    ]);
    expect(cellsOf({ ...NOTHING_SAID, alertState: 7 })[6]).toBe("not known: state 7");
    expect(cellsOf(NOTHING_SAID, "agent").slice(2)).toEqual([
      ...["status not known", "not known", "not known", "not known", "none named"],
    ]);
  });
});

it("the last connection is a date in the reader's time zone, with a fallback in UTC", () => {
  const [row] = rowsOf(listOf([{ ...LAPTOP, lastConnected: "2026-11-01T09:05:00.000Z" }]));
  expect(JSON.stringify(row?.[5])).toContain('"type":"date"');
  expect(JSON.stringify(row?.[5])).toContain('"fallback":"2026-11-01 09:05 UTC"');
});

it("the issues of an agent are named, with the number of the others", () => {
  const issues = ["NOT_CONNECTING", "NOT_SENDING_SECURITY_EVENTS", "A", "B"];
  expect(cellsOf({ ...LAPTOP, issues: issues.slice(0, 1) }, "agent")[6]).toBe("⚠️ NOT_CONNECTING");
  expect(cellsOf({ ...LAPTOP, issues }, "agent")[6]).toBe(
    "⚠️ NOT_CONNECTING, NOT_SENDING_SECURITY_EVENTS and 2 more",
  );
  expect(cellsOf({ ...LAPTOP, issues, moreIssues: 995 }, "agent")[6]).toContain(" and 997 more");
});

it("a list names its order and its direction", () => {
  const said = (order: DeviceList["order"]) => readable(listOf([LAPTOP], order && { order }).blocks);
  expect(said({ by: "last-connected", isDescending: true })).toContain(
    "Sorted by last connection, newest first.",
  );
  expect(said({ by: "os", isDescending: false })).toContain("Sorted by operating system, A to Z.");
});

it("a list that may be incomplete claims neither a total nor that there are none", () => {
  const isComplete = false;
  expect(readable(listOf([LAPTOP], { isComplete }).blocks)).toContain("At least 1 device of nadia@x.example");
  expect(readable(listOf([], { isComplete }).blocks)).toContain("may be incomplete. It shows no devices");
  expect(readable(listOf([]).blocks)).toContain("Incydr lists no devices of nadia@x.example.");
});

it("an answer of an earlier version, without a page and an order, says how many it leaves out", () => {
  const { blocks } = listOf([LAPTOP], { total: 20 });
  expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
  expect(readable(blocks)).toContain("20 devices of nadia@x.example, 1 shown");
  expect(readable(blocks)).toContain("… and 19 more. Use filters such as --active.");
  expect(readable(blocks)).not.toContain("Sorted");
});
