import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRows } from "../../../../src/change-requests/bulk/csv-rows.ts";
import { nonBlankLines } from "../../../../src/change-requests/bulk/list-lines.ts";
import { decodeText, parseList as parseWithCodes } from "../../../../src/change-requests/bulk/parse-list.ts";
import { worded } from "../../../support/worded.ts";

const parseList = async (text: string) => worded(await parseWithCodes(text));
type ParsedList = Awaited<ReturnType<typeof parseList>>;

const ANN = "ann.karlsson@harborlight.example";
const SAM = "sam.ortega@harborlight.example";
const MEI = "mei.kim@harborlight.example";
const UMA = "uma.chen@harborlight.example";
const ID = "300000000000000001";

const told = ({ lines, faults }: ParsedList) => [
  ...lines.map(({ line, who }) => `${line} ${who}`),
  ...faults.map(({ line, fault }) => `${line}! ${fault}`),
];
const numbers = ({ lines, faults }: ParsedList) =>
  [...lines, ...faults].map(({ line }) => line).sort((a, b) => a - b);
/** Numbers of the lines that aren't blank. */
const written = (text: string) =>
  text.split(/\r\n|\r|\n/).flatMap((line, index) => (line.trim() === "" ? [] : [index + 1]));
/** The text of a line and of the lines that continue its last cell. */
const recordFrom = (line: number, text: string, { faults }: ParsedList) => {
  const continued = faults.filter(({ fault }) => fault.includes(`that begins in line ${line}.`));
  const wanted = [line, ...continued.map((fault) => fault.line)];
  return text
    .split(/\r\n|\r|\n/)
    .filter((_, index) => wanted.includes(index + 1))
    .join("\n");
};

/** Text that is CSV, or nearly. */
const mixed = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(ANN, SAM, MEI, UMA, "user", "note", "sep=;", "{", "}", ID) },
      { weight: 6, arbitrary: fc.constantFrom('"', '""', ",", ";", "\t", " ", "\u00A0") },
      { weight: 4, arbitrary: fc.constantFrom("\n", "\r", "\r\n") },
      { weight: 1, arbitrary: fc.constantFrom("\0", "\uD83D", "\uFEFF", "😀", "\u2028", "\\", "=", "'") },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));
const HEADERS = [
  "user,note\n",
  "note;user\r\n",
  "user\tnote\r",
  'sep=;\n"user";note\n',
  "id,username\n",
  "sep=;,,\nuser,note\n",
  "",
];

describe("the lines of a list", () => {
  test("every line that is not blank names a user or is a fault, with any quotes and line ends", async () => {
    const file = fc.record({ header: fc.constantFrom(...HEADERS), body: mixed, cut: fc.nat({ max: 5 }) });
    await fc.assert(
      fc.asyncProperty(file, async ({ header, body, cut }) => {
        const text = `${header}${body.slice(0, body.length - cut)}`;
        const withoutMark = text.replace(/^\uFEFF/, "");
        const lines = written(withoutMark);
        const read = await parseList(text);
        const found = numbers(read);
        const missing = lines.filter((line) => !found.includes(line));
        // Only the header, and the line `sep=` above it, neither name a user nor are a fault.
        expect(missing).toEqual(lines.slice(0, missing.length));
        for (const line of missing) expect(recordFrom(line, withoutMark, read)).toMatch(/sep=|user|id/i);
        expect(missing.length).toBeLessThanOrEqual(2);
        expect(found).toEqual([...new Set(found)]);
        for (const { who } of read.lines) expect(who.trim()).toBe(who);
      }),
      { numRuns: 3_000, examples: [[{ header: "", body: '"\nuser"', cut: 0 }]] },
    );
  });

  test("every line of a file with any bytes names a user or is a fault, unless the file is no text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const text = decodeText(Buffer.concat([Buffer.from(`user\n${"x".repeat(300)}\n`), bytes]));
        if (text === null) return;
        expect(numbers(await parseList(text))).toEqual(written(text).slice(1));
      }),
      { numRuns: 500 },
    );
  });

  test("well-formed cells are read as csv-parse reads them", () => {
    const cell = fc
      .string({ unit: fc.constantFrom("a", '"', ",", ";", " b", "\n"), maxLength: 8 })
      .map((text) => text.trim());
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, fc.constantFrom(",", ";", "\t"), (rows, delimiter) => {
        const csv = rows
          .map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter))
          .join("\n");
        const { lines } = nonBlankLines(csv);
        const read = [...csvRows(lines, delimiter)].flatMap((row) =>
          row.kind === "row" ? [row.cells.map(({ text }) => text)] : [],
        );
        const options = { delimiter, relax_column_count: true, skip_empty_lines: false, trim: true };
        // Blank lines within a cell are left out here.
        const expected = (parse(csv, options) as string[][]).map((row) =>
          row.map((text) => text.replace(/\n(?:\s*\n)+/g, "\n").trim()),
        );
        expect(read.map((row) => row.map((text) => text.trim()))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe("quotes and line breaks", () => {
  test.each([
    ["behind a quoted part", `user,note\n${ANN},x\n${SAM},"5" disk\n${MEI},x\n${UMA},y`, [2, 3, 4, 5]],
    ["within a cell", `note,user\n19" disk,${ANN}\nx,${SAM}`, [2, 3]],
    ["before blanks", `user,note\n"${ANN}" ,"x" \n "${SAM}"\t,x`, [2, 3]],
    ["never closed behind the user", `user,note\n${ANN},"5 inch, large\n${SAM},x\n${MEI},"y"`, [2, 3, 4]],
    ["in a table of Windows", `user;note\r\n"${ANN}";"5" disk\r\n${SAM};"\r\n${MEI};x;\r\n`, [2, 3, 4]],
  ])("a line with a quote that is misplaced %s is read", async (_where, text, lines) => {
    const read = await parseList(text);
    expect(told({ ...read, lines: [] })).toEqual([]);
    expect(read.lines.map(({ line }) => line)).toEqual(lines);
  });

  test("a line whose open quote may have moved the user to another column is a fault", async () => {
    const text = `note,user,manager\n"moved, ${MEI}, ${SAM}\nx,${ANN},${UMA}`;
    expect(told(await parseList(text))).toEqual([
      `3 ${ANN}`,
      "2! A quotation mark is opened but not closed on this line. Close it or remove it.",
    ]);
  });

  test("each further line of a quoted cell is a fault, even one that is a username", async () => {
    const text = `user,note\n${ANN},"left\n${MEI}\non Monday"\n${SAM},x`;
    const belongs = "Part of the quoted cell that begins in line 2. Put each user on one line.";
    expect(told(await parseList(text))).toEqual([`2 ${ANN}`, `5 ${SAM}`, `3! ${belongs}`, `4! ${belongs}`]);
  });
});
