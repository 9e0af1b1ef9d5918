import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCsv } from "../../../../src/change-requests/bulk/to-csv.ts";

/** A sign that begins a formula, where spreadsheets look for one. */
const BEGINS_FORMULA = /^[\s"'\u200B\uFEFF]*[=+\-@＝＋－＠]/;

test("a file begins with a byte order mark, and its lines end as on Windows", () => {
  expect(
    toCsv([
      ["user", "note"],
      ["žofie", ""],
    ]),
  ).toBe("\uFEFFuser,note\r\nžofie,\r\n");
});

describe("no cell is a formula to a spreadsheet", () => {
  test.each(["=1+1", "+1", "-1", "@a", "＝1", "＋1", "－1", "＠1", " =1", '"=1', "\u200B=1", "\ttext"])(
    "that splits at commas: %j",
    (cell) => {
      const [[read = ""] = []] = parse(toCsv([[cell, "x"]]), { bom: true }) as string[][];
      expect(read).toBe(`'${cell}`);
    },
  );

  test.each([";", "\t", "|"])("that splits at %j, whatever stands in the cell", (separator) => {
    const cell = fc.string({
      unit: fc.constantFrom("a", "=", "+", "-", "@", "＝", ";", ",", "\t", "|", '"', "'", " ", "\n", "\r"),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 3 }), (row) => {
        const [bare = "", ...others] = toCsv([row])
          .replace("\uFEFF", "")
          .split(/[;\t|,\r\n]/);
        for (const part of [bare, ...others].filter((each) => each.includes(separator) || each !== "")) {
          // The quotes that CSV adds around a cell are no text.
          expect(part.replace(/^"(?!")/, "")).not.toMatch(BEGINS_FORMULA_UNMARKED);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("and whoever reads the file back finds every cell, with an apostrophe before a formula", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "1", ";", ",", '"', " ", "\n", "ž"), maxLength: 8 });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (table) => {
        expect(parse(toCsv(table), { bom: true })).toEqual(table);
      }),
    );
  });
});

const BEGINS_FORMULA_UNMARKED = new RegExp(BEGINS_FORMULA.source.replace("\"'", '"'));
