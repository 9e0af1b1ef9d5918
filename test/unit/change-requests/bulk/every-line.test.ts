import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRows } from "../../../../src/change-requests/bulk/csv-rows.ts";
import { nonBlankLines } from "../../../../src/change-requests/bulk/list-lines.ts";
import { decodeText, parseList as parseWithCodes } from "../../../../src/change-requests/bulk/parse-list.ts";
import { worded } from "../../../support/worded.ts";

const parseList = async (text: string, mostSubjects?: number) =>
  worded(await parseWithCodes(text, mostSubjects));
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
/** The text of a line, and of the lines that are told to belong to a cell which begins in it. */
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

describe("every line that isn't blank names a user or is a fault", () => {
  test("whatever stands behind a header, whatever the quotes and line ends are", async () => {
    const file = fc.record({ header: fc.constantFrom(...HEADERS), body: mixed, cut: fc.nat({ max: 5 }) });
    await fc.assert(
      fc.asyncProperty(file, async ({ header, body, cut }) => {
        const text = `${header}${body.slice(0, body.length - cut)}`;
        const withoutMark = text.replace(/^\uFEFF/, "");
        const lines = written(withoutMark);
        const read = await parseList(text);
        const found = numbers(read);
        const missing = lines.filter((line) => !found.includes(line));
        // Only the line that names the columns, and `sep=` above it, are neither.
        expect(missing).toEqual(lines.slice(0, missing.length));
        for (const line of missing) expect(recordFrom(line, withoutMark, read)).toMatch(/sep=|user|id/i);
        expect(missing.length).toBeLessThanOrEqual(2);
        expect(found).toEqual([...new Set(found)]);
      }),
      { numRuns: 3_000, examples: [[{ header: "", body: '"\nuser"', cut: 0 }]] },
    );
  });

  test("whatever bytes a file holds, unless it is refused as no text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const text = decodeText(Buffer.concat([Buffer.from(`user\n${"x".repeat(300)}\n`), bytes]));
        if (text === null) return;
        expect(numbers(await parseList(text))).toEqual(written(text).slice(1));
      }),
      { numRuns: 500 },
    );
  });

  test("cells that are well formed are read as csv-parse reads them", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", " b", "\n"), maxLength: 8 });
    const table = fc.array(
      fc.array(
        cell.map((text) => text.trim()),
        { minLength: 1, maxLength: 4 },
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
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

describe("a line that can be read the usual way is read, although a quote is misplaced", () => {
  test.each([
    ["behind a quoted part", `user,note\n${ANN},x\n${SAM},"5" disk\n${MEI},x\n${UMA},y`, [2, 3, 4, 5]],
    ["within a cell", `note,user\n19" disk,${ANN}\nx,${SAM}`, [2, 3]],
    ["before blanks", `user,note\n"${ANN}" ,"x" \n "${SAM}"\t,x`, [2, 3]],
    ["never closed, behind the user", `user,note\n${ANN},"5 inch, large\n${SAM},x\n${MEI},"y"`, [2, 3, 4]],
    ["in a table of Windows", `user;note\r\n"${ANN}";"5" disk\r\n${SAM};"\r\n${MEI};x;\r\n`, [2, 3, 4]],
  ])("%s", async (_where, text, lines) => {
    const read = await parseList(text);
    expect(told({ ...read, lines: [] })).toEqual([]);
    expect(read.lines.map(({ line }) => line)).toEqual(lines);
  });

  test("but not where the quote may have moved the user to another column", async () => {
    const text = `note,user,manager\n"moved, ${MEI}, ${SAM}\nx,${ANN},${UMA}`;
    expect(told(await parseList(text))).toEqual([
      `3 ${ANN}`,
      "2! A quotation mark is opened but not closed on this line. Close it or remove it.",
    ]);
  });
});

describe("a cell with line breaks", () => {
  test("belongs to its user, and each further line of it is named, even one that is a username", async () => {
    const text = `user,note\n${ANN},"left\n${MEI}\non Monday"\n${SAM},x`;
    const belongs = "Part of the quoted cell that begins in line 2. Put each user on one line.";
    expect(told(await parseList(text))).toEqual([`2 ${ANN}`, `5 ${SAM}`, `3! ${belongs}`, `4! ${belongs}`]);
  });
});

describe("columns of one line that name different people", () => {
  test.each([
    ["two usernames", `user,user\n${SAM},${MEI}`, `Names different users: ${SAM} and ${MEI}.`],
    ["username and address", `username,email\n${SAM},${MEI}`, `Names different users: ${SAM} and ${MEI}.`],
    ["two ids", `id,user_id\n${ID},300000000000000002`, "Names different users: 300000000000000002 and"],
    ["two members of JSON", `{"user":"${SAM}","email":"${MEI}"}`, `Names different users: ${SAM} and`],
    ["one member twice", `{"user":"${SAM}","user":"${MEI}"}`, "“user” appears twice."],
    ["one twice by escape", `{"us\\u0065r":"${SAM}","user":"${MEI}"}`, "“user” appears twice."],
    ["one twice, the last null", `{"user":"${SAM}","u\\u0073er" :null}`, "“user” appears twice."],
  ])("refuse the line: %s", async (_what, text, fault) => {
    const { lines, faults } = await parseList(text);
    expect(lines).toEqual([]);
    expect(faults[0]?.fault).toContain(fault);
  });

  test("are one member of JSON where other objects and texts of the line have members of that name", async () => {
    const line = `{"of":{"user":"${MEI}"},"note":"\\"user\\":","user":"${SAM}","all":[{"user":"${MEI}"}],"x":1,"x":2}`;
    expect(await parseList(line)).toMatchObject({ lines: [{ who: SAM }], faults: [] });
  });

  test("are one where they say the same", async () => {
    expect((await parseList(`user,email\n${SAM},${SAM.toUpperCase()}`)).lines).toEqual([
      { line: 2, who: SAM, role: null, org: null },
    ]);
  });
});

describe("an id that a spreadsheet has rounded", () => {
  test.each([
    "4.55998E+17",
    "9,20456E+17",
    "4.55998E17",
    "9E+17",
    "880902586232301000.00",
    "880 902 586 232 301 000",
  ])("doesn't count beside a username, and alone is a fault that says so: %s", async (id) => {
    expect((await parseList(`user\tuser_id\n${SAM}\t${id}`)).lines).toEqual([
      { line: 2, who: SAM, role: null, org: null, roundedId: id },
    ]);
    const { lines, faults } = await parseList(`user_id\n${id.includes(",") ? `"${id}"` : id}`);
    expect(lines).toEqual([]);
    expect(faults[0]?.fault).toContain(`A spreadsheet rounded the id ${id}`);
  });

  test.each(["880902586232301000", "8809025862323010"])(
    "is in doubt if digits of a table end with zeros, and alone in it they are a fault: %s",
    async (id) => {
      expect((await parseList(`user\tuser_id\n${SAM}\t${id}`)).lines).toEqual([
        { line: 2, who: SAM, role: null, org: null, doubtfulId: id },
      ]);
      const { lines, faults } = await parseList(`user_id\n${id}`);
      expect(lines).toEqual([]);
      expect(faults[0]?.fault).toContain(`A spreadsheet may have rounded the id ${id}`);
    },
  );

  test("refuses a line of a table that has two such ids", async () => {
    const { lines, faults } = await parseList(`user,id,user_id\n${SAM},880902586232301000,8809025862323010`);
    expect(lines).toEqual([]);
    expect(faults[0]?.fault).toContain("Names different users: 8809025862323010 and 880902586232301000.");
  });

  test.each(["880902586232301000", "8809025862323010"])(
    "isn't one of digits that end with zeros, where no spreadsheet was: %s",
    async (id) => {
      for (const text of [id, `${ANN}\n${id}`, `{"user_id":"${id}"}`, `user_id\n="${id}"`])
        expect((await parseList(text)).lines.at(-1)).toMatchObject({ who: id });
      expect((await parseList(`{"user_id":"${id}","user":"${SAM}"}`)).lines).toMatchObject([
        { who: id, also: { user: SAM } },
      ]);
    },
  );

  test.each([ID, `="${ID}"`, `'${ID}`])("isn't one that it keeps as text: %s", async (id) => {
    expect((await parseList(`user_id\n${id}`)).lines).toMatchObject([{ who: ID }]);
  });
});

describe("characters that no name holds", () => {
  test("are a fault of their line, and the others are read", async () => {
    const text = `{"user":"${ANN}"}\n{"user":"x\\u0000y"}\n{"user":"x\\ud83d"}`;
    const { lines, faults } = await parseList(text);
    expect(lines).toMatchObject([{ line: 1, who: ANN }]);
    expect(faults.map(({ line }) => line)).toEqual([2, 3]);
  });

  test("are never kept in what is said of a line, nor half of an emoji", async () => {
    const long = `${"x".repeat(79)}👩‍👩‍👧@x.example`;
    const { faults } = await parseList(`a\0b\n\uD83D,x\n${long}\n${long}`);
    for (const { text } of faults) {
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toContain("\0");
    }
    expect(faults.at(-1)?.text).toBe(`${"x".repeat(79)}…`);
  });
});
