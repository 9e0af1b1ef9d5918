/**
 * Rows as CSV (RFC 4180) with a byte order mark, so that spreadsheets read UTF-8. A cell that a spreadsheet
 * would take for a formula is kept from that by an apostrophe: whatever people typed stays text.
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}

function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
