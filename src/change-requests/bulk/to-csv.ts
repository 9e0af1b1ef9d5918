import { stringify } from "csv-stringify/sync";

/**
 * The place before a sign that begins a formula: at the start of a cell, or behind a character at which a
 * spreadsheet may split it, with blanks and quotes between. The full-width signs count in East Asian spreadsheets.
 */
const FORMULA = /(?<=(?:^|[,;|\t\r\n])[\s"'\u200B\uFEFF]*)(?=[=+\-@＝＋－＠])/g;
/** A spreadsheet that splits cells at another character than the comma respects quotes. */
const NEEDS_QUOTES = /[,;|\t\r\n]/;

/**
 * Rows as CSV (RFC 4180) with a byte order mark, so that spreadsheets read UTF-8. A spreadsheet shows each cell as
 * text: an apostrophe stands before the sign of a formula, also where the spreadsheet splits a cell at `;`, `|`, a tab or
 * a line end (OWASP, "CSV injection").
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => row.map(asText)),
    { bom: true, escape_formulas: true, quoted_match: NEEDS_QUOTES, record_delimiter: "windows" },
  );
}

function asText(cell: string): string {
  return cell.toWellFormed().replaceAll("\0", "\uFFFD").replace(FORMULA, "'");
}
