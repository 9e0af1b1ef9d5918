import { readTypedUser } from "../../subjects/index.ts";
import { type BulkInput, type BulkLine, faultAt, type LineFault } from "./bulk-input.ts";
import { columnNamed } from "./column-names.ts";
import { type CsvRow, cellsOf, csvRows } from "./csv-rows.ts";
import { inSlices } from "./in-slices.ts";
import { type ListLine, LONGEST_LINE } from "./list-lines.ts";
import { readLine } from "./read-line.ts";

const MISQUOTED = "A quote stands where none can; double it.";
const NEVER_CLOSED = "A quote is opened and never closed on this line; close it or leave it out.";
/** Between cells; spreadsheets choose by country. The first of those with equally many cells is taken. */
const DELIMITERS = [",", ";", "\t"];

/** Reads CSV whose first line names its columns, or, without such a line, names of users, one a line. */
export async function readCsvLines(written: readonly ListLine[]): Promise<BulkInput> {
  const { delimiter, lines } = separated(written);
  const found: BulkLine[] = [];
  const faults: LineFault[] = [];
  let header: Header | undefined;
  for await (const row of inSlices(csvRows(lines, delimiter), ({ text }) => text.length)) {
    if (row.kind === "continuation") {
      const fault = `Belongs to the cell in quotes that begins in line ${row.of}; put each user on one line.`;
      faults.push(faultAt(row.line, row.text, fault));
      continue;
    }
    const isFirst = header === undefined;
    header ??= headerOf(row);
    const read = isFirst && header.kind === "columns" ? null : readRow(row, header);
    if (read && "who" in read) found.push(read);
    else if (read) faults.push(read);
  }
  return { lines: found, faults };
}

/** The meaning of the first row for the others: it names the columns, or each line is a user. */
type Header =
  | { readonly kind: "columns"; readonly names: readonly string[] }
  | { readonly kind: "list" | "unknown" };

function headerOf({ text, cells, isOpen, isTooLong }: CsvRow): Header {
  const named = cells.map((cell) => columnNamed(cell.text));
  if (named.some((each) => each?.column === "user"))
    return { kind: "columns", names: cells.map((cell) => cell.text) };
  const isOne = cells.filter((cell) => cell.text !== "").length <= 1 || isAddress(text);
  // A first line that can't be read may have named the columns.
  const mayHaveColumns =
    isTooLong || named.some(Boolean) || (isOpen && DELIMITERS.some((each) => text.includes(each)));
  return { kind: isOne && !mayHaveColumns ? "list" : "unknown" };
}

function readRow(row: CsvRow, header: Header): BulkLine | LineFault {
  if (row.isTooLong) return faultAt(row.line, row.text, `Is longer than ${LONGEST_LINE} characters.`);
  switch (header.kind) {
    case "columns":
      return readCells(row, header.names);
    case "list":
      return readName(row);
    case "unknown":
      return unheaded(row);
  }
}

function readCells(row: CsvRow, names: readonly string[]): BulkLine | LineFault {
  const { line, cells, isOpen } = row;
  const text = isOpen ? row.text : cells.map((cell) => cell.text).join(", ");
  const isUsed = names.map((name) => columnNamed(name) !== null);
  if (isOpen && isUsed.lastIndexOf(true) >= cells.length) return faultAt(line, text, NEVER_CLOSED);
  if (cells.some(({ isMisquoted }, index) => isMisquoted && isUsed[index]))
    return faultAt(line, text, MISQUOTED);
  if (cells.slice(names.length).some((cell) => cell.text !== ""))
    return faultAt(line, text, `Has ${cells.length} cells, but ${names.length} columns are named.`);
  return readLine(
    { line, text },
    names.map((name, index) => [name, cells[index]?.text ?? ""]),
    "Names no user: the cell is blank.",
  );
}

function readName(row: CsvRow): BulkLine | LineFault {
  const { line, text, cells, isOpen } = row;
  if (isOpen) return faultAt(line, text, NEVER_CLOSED);
  if (cells.some(({ isMisquoted }) => isMisquoted)) return faultAt(line, text, MISQUOTED);
  const [who, ...others] = cells;
  const isWhole = others.some((cell) => cell.text !== "");
  if (isWhole && !isAddress(text))
    return faultAt(line, text, "One user a line; or name the columns in the first line.");
  return readLine(row, [["user", isWhole ? text : (who?.text ?? "")]], "Names no user.");
}

/** Whether a whole line is one address, such as `Karlsson, Ann <ann@example.com>`, which a mail program writes. */
function isAddress(text: string): boolean {
  const read = text.includes("@") ? readTypedUser(text) : null;
  return read !== null && "who" in read && read.who.includes("@");
}

/** A list whose columns aren't known names nobody for certain. */
function unheaded({ line, text }: CsvRow): LineFault {
  const fault =
    "Not read: the first line has to name the columns, one of them user, user_id, username or email.";
  return faultAt(line, text, fault);
}

/** The character between cells: as Excel's `sep=` says, else as the first line shows. */
function separated(lines: readonly ListLine[]): { delimiter: string; lines: readonly ListLine[] } {
  const [first = { text: "" }] = lines;
  const said = /^"?sep=([,;|\t])"?[\t ]*$/i.exec(first.text.slice(0, 20))?.[1];
  if (said) return { delimiter: said, lines: lines.slice(1) };
  const best = DELIMITERS.map((delimiter) => {
    const { cells } = cellsOf(first.text, delimiter);
    const namesUser = cells.some(({ text }) => columnNamed(text)?.column === "user");
    return { delimiter, rank: cells.length + (namesUser ? LONGEST_LINE : 0) };
  }).sort((a, b) => b.rank - a.rank)[0];
  return { delimiter: best?.delimiter ?? ",", lines };
}
