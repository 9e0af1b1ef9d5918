import { stringify } from "csv-stringify/sync";
import { oneLine } from "../../kernel/visible-text.ts";

/** Characters that begin a formula, the full-width ones in East Asian spreadsheets. */
const FORMULA_SIGNS: ReadonlySet<string> = new Set("=+-@＝＋－＠");
/** Characters at which a spreadsheet may split a cell. */
const SEPARATORS: ReadonlySet<string> = new Set(",;|\t\r\n");
/** Characters that a spreadsheet skips before a formula. */
const SKIPPED = /^[\s"'\u200B\uFEFF]$/;
/** A spreadsheet does not split a cell in quotes. */
const NEEDS_QUOTES = /[,;|\t\r\n]/;

/**
 * Formats rows as CSV (RFC 4180). It begins with a byte order mark unless the rows continue a file, so that spreadsheets read UTF-8. An apostrophe before each
 * formula makes it text (OWASP, "CSV injection"), also behind a `;` or `|` at which a spreadsheet may split a cell.
 * Each cell is one line, so that no cell looks like a row.
 */
export function toCsv(
  rows: readonly (readonly string[])[],
  { continuesFile = false }: { continuesFile?: boolean } = {},
): string {
  return stringify(
    rows.map((row) => row.map(asText)),
    { bom: !continuesFile, escape_formulas: true, quoted_match: NEEDS_QUOTES, record_delimiter: "windows" },
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
