import { describe, expect, test } from "vitest";
import { BulkFileError } from "../../../../src/change-requests/bulk/bulk-draft.ts";
import { faultAt, firstFaults, MOST_FAULTS } from "../../../../src/change-requests/bulk/bulk-input.ts";
import { decodeText } from "../../../../src/change-requests/bulk/decode-list.ts";
import { readBulkInput } from "../../../../src/change-requests/bulk/read-bulk-input.ts";
import { toCsv } from "../../../../src/change-requests/bulk/to-csv.ts";

const MEGABYTE = 1_048_576;
const repeated = (unit: string, bytes = MEGABYTE) =>
  unit.repeat(Math.floor(bytes / Buffer.byteLength(unit))).trimEnd();
/** As many lines as are read, each as long as a file has room for. */
const fullLines = (unit: string) => {
  const line = repeated(unit, Math.floor(MEGABYTE / 10_000) - 2);
  return Array.from({ length: 9_999 }, () => line).join("\n");
};

const FILES: readonly (readonly [string, string])[] = [
  ['60,000 lines "a"b', repeated('"a"b\n', 300_000)],
  ["letters", repeated("a\n")],
  ["line ends", `ann${repeated("\n")}`],
  ["blanks", `ann${repeated(" \r\n\u00A0")}`],
  ["quotes", repeated('"')],
  ["quotes on lines", repeated('"\n')],
  ["NULs", repeated("\0")],
  ["emoji", repeated("😀")],
  ["emoji on lines", repeated("😀\n")],
  ["one endless line", repeated("x")],
  ["commas", repeated(",")],
  ["the most lines, of open quotes", fullLines(',"a')],
  ["the most lines, of misplaced quotes", fullLines('"a"b')],
  ["the most lines, of quotes that close and open", `"\n${fullLines('x","')}`],
  ["the most lines, of doubled quotes behind an open one", `user,x\na,"\n${fullLines('""')}`],
  ["long lines of misplaced quotes", Array(104).fill(repeated('"a"b ', 9_990)).join("\n")],
  [
    "long lines of blanks before quotes",
    Array(104)
      .fill(`${" ".repeat(9_980)}"a`)
      .join("\n"),
  ],
  ["the most lines of JSON", Array(9_999).fill('{"user":"a","user":"b","x":[[[["\\u0000"]]]]}').join("\n")],
  [
    "deep JSON",
    Array(104)
      .fill(`{"user":${"[".repeat(9_000)}`)
      .join("\n"),
  ],
  [
    "the most users with roles",
    `user,role\n${Array.from({ length: 9_998 }, (_, i) => `u${i % 1_000},r${i}`).join("\n")}`,
  ],
];

/** The least CPU time of this thread of five runs, in milliseconds: other work of the machine doesn't count. */
async function leastCpuMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const before = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(before);
    times.push((user + system) / 1_000);
  }
  return Math.min(...times);
}

/** Reads a file, and keeps the longest time that the thread worked without letting others have their turn. */
async function readTimed(text: string): Promise<{ longestMs: number }> {
  let isReading = true;
  let longestMs = 0;
  let before = process.threadCpuUsage();
  const look = () => {
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1_000);
    before = process.threadCpuUsage();
    if (isReading) setImmediate(look);
  };
  look();
  const decoded = decodeText(Buffer.from(text));
  if (decoded !== null) await readBulkInput(decoded).catch(() => null);
  isReading = false;
  look();
  return { longestMs };
}

describe("a megabyte of anything is read or refused", () => {
  test.each(FILES)("in less than a second of CPU: %s", async (_what, text) => {
    expect(await leastCpuMs(() => readTimed(text))).toBeLessThan(1_000);
  });

  test.each(FILES)("without 50 ms of CPU in one go: %s", async (_what, text) => {
    const longest: number[] = [];
    for (let run = 0; run < 5; run += 1) longest.push((await readTimed(text)).longestMs);
    expect(Math.min(...longest)).toBeLessThan(50);
  });
});

test("other work gets its turn while a megabyte is read", async () => {
  let isReading = true;
  let turns = 0;
  const work = () => {
    turns += 1;
    if (isReading) setImmediate(work);
  };
  work();
  await readBulkInput(`user,note\n${fullLines("x,")}`);
  isReading = false;
  expect(turns).toBeGreaterThan(20);
});

test("a list of more than 10,000 lines is refused with what to do", async () => {
  await expect(readBulkInput(repeated('"a"b\n', 300_000))).rejects.toThrow(
    new BulkFileError(
      "The list has 60000 lines, and at most 10000 are read. A request is about at most 1000 users: split the list.",
    ),
  );
});

test("of many faults the first thousand by line are kept, and the number of the others", () => {
  const faults = Array.from({ length: MOST_FAULTS + 7 }, (_, index) =>
    faultAt(2_000 - index, "x", "Is wrong."),
  );
  const kept = firstFaults(faults);
  expect(kept.moreFaults).toBe(7);
  expect(kept.faults.map(({ line }) => line)).toEqual(
    Array.from({ length: MOST_FAULTS }, (_, index) => 994 + index),
  );
  expect(firstFaults(faults.slice(0, 3)).moreFaults).toBe(0);
});

test("a file of a thousand rows of the worst cells is written in less than 50 ms of CPU", async () => {
  const rows = Array.from({ length: 1_000 }, () => ["\t".repeat(80), `${";\t".repeat(40)}=`, '"'.repeat(80)]);
  expect(await leastCpuMs(async () => toCsv(rows))).toBeLessThan(50);
});
