import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCsv } from "../../../../src/slack/posting/to-csv.ts";

/** The beginning of a formula, where spreadsheets look for one. */
const BEGINS_FORMULA = /^[\s"\u200B\uFEFF]*[=+\-@＝＋－＠]/;

test("a file begins with a byte order mark, and its lines end as on Windows", () => {
  expect(
    toCsv([
      ["user", "note"],
      ["žofie", ""],
    ]),
  ).toBe("\uFEFFuser,note\r\nžofie,\r\n");
});

test.each([",", ";", "|"])("a cell with the separator %s stands in quotes", (sign) => {
  expect(toCsv([[`a${sign}b`, "c"]])).toBe(`\uFEFF"a${sign}b",c\r\n`);
});

describe("no cell is a formula to a spreadsheet", () => {
  test.each(["=1+1", "+1", "-1", "@a", "＝1", "＋1", "－1", "＠1", " =1", '"=1', "\u200B=1", "\ttext"])(
    "the cell %j is no formula to a spreadsheet that splits at commas",
    (cell) => {
      const [[read = ""] = []] = parse(toCsv([[cell, "x"]]), { bom: true }) as string[][];
      const shown = cell.replace("\t", " ").replace("\u200B", "");
      expect(read).toBe(shown.replace(/(?=[=+\-@＝＋－＠])/, "'"));
    },
  );

  test("no part of a row is a formula, also if it is split at semicolons, bars, tabs or line ends", () => {
    const cell = fc.string({
      unit: fc.constantFrom("a", "=", "+", "-", "@", "＝", ";", ",", "\t", "|", '"', "'", " ", "\n", "\r"),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 3 }), (row) => {
        const parts = toCsv([row])
          .replace("\uFEFF", "")
          .split(/[,;|\t\r\n]/);
        for (const part of parts) expect(part).not.toMatch(BEGINS_FORMULA);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a reader of CSV gets every harmless cell as it was", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "1", ";", ",", '"', " ", "ž"), maxLength: 8 });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (table) => {
        expect(parse(toCsv(table), { bom: true })).toEqual(table);
      }),
    );
  });
});

test("a cell is one line without control characters, so that its text can't be taken for a row", () => {
  const faked = "nadia\r\n2,theo@harborlight.example,,,would be deactivated\u2028x\u202Ey\u0000";
  const [row = "", ...others] = toCsv([["1", faked]]).split(/\r\n/);
  expect(others).toEqual([""]);
  expect(row).toBe('\uFEFF1,"nadia 2,theo@harborlight.example,,,would be deactivated x\uFFFDy\uFFFD"');
});
