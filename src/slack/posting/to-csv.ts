import { stringify } from "csv-stringify/sync";
import { oneLine } from "../../kernel/visible-text.ts";

/** Signs that begin a formula. The full-width ones count in East Asian spreadsheets. */
const FORMULA_SIGNS: ReadonlySet<string> = new Set("=+-@＝＋－＠");
/** Characters at which a spreadsheet may split a cell. */
const SEPARATORS: ReadonlySet<string> = new Set(",;|\t\r\n");
/** Characters that a spreadsheet skips before a formula. */
const SKIPPED = /^[\s"'\u200B\uFEFF]$/;
/** A spreadsheet that splits cells at another character than the comma respects quotes. */
const NEEDS_QUOTES = /[,;|\t\r\n]/;

/**
 * Rows as CSV (RFC 4180) with a byte order mark, so that spreadsheets read UTF-8. A spreadsheet shows each cell as
 * text: an apostrophe stands before the sign of a formula, also where the spreadsheet splits a cell at `;` or `|` (OWASP,
 * "CSV injection"). A cell is one line, so that its text can't be taken for a row.
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map(asText)),
    { bom: true, escape_formulas: true, quoted_match: NEEDS_QUOTES, record_delimiter: "windows" },
  );
}

function asText(cell: string): string {
  const text = oneLine(cell);
  let shown = "";
  let mayBegin = true;
  for (const character of text) {
    if (mayBegin && FORMULA_SIGNS.has(character)) shown += "'";
    shown += character;
    mayBegin = SEPARATORS.has(character) || (mayBegin && SKIPPED.test(character));
  }
  return shown;
}
