import { withoutInvisible } from "../../kernel/visible-text.ts";
import { readTypedUser } from "../../subjects/index.ts";
import { type BulkLine, faultAt, type LineFault, type ParsedList } from "../model/parsed-list.ts";
import { columnNamed } from "./column-names.ts";
import { type Cell, type CsvRow, cellsOf, csvRows } from "./csv-rows.ts";
import { inSlices } from "./in-slices.ts";
import { type ListLine, LONGEST_LINE } from "./list-lines.ts";
import { readLine } from "./read-line.ts";

/** The delimiters of spreadsheets, which depend on the country. If several fit equally well, the first is used. */
const DELIMITERS = [",", ";", "\t"];

/** Reads CSV with a header, or a list with one user per line. */
export async function readCsvLines(written: readonly ListLine[]): Promise<ParsedList> {
  const { delimiter, lines } = separated(written);
  const found: BulkLine[] = [];
  const faults: LineFault[] = [];
  let header: Header | undefined;
  for await (const row of inSlices(csvRows(lines, delimiter), ({ text }) => text.length)) {
    if (row.kind === "continuation") {
      faults.push(faultAt(row.line, row.text, { kind: "cell_of", of: row.of }));
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

/** The meaning of the first row: either it names the columns, or each line is a user. */
type Header =
  | {
      readonly kind: "columns";
      /** The columns that matter for a change. */
      readonly used: readonly { readonly index: number; readonly name: string }[];
      /** The number of all columns. */
      readonly count: number;
    }
  | { readonly kind: "list" | "unknown" };

function headerOf({ text, cells, isOpen, isTooLong }: CsvRow): Header {
  const named = cells.map((cell) => columnNamed(cell.text));
  if (named.some((each) => each?.column === "user"))
    return {
      kind: "columns",
      used: cells.flatMap(({ text: name }, index) => (named[index] ? [{ index, name }] : [])),
      count: cells.length,
    };
  const isOne = cells.filter((cell) => cell.text !== "").length <= 1 || isAddress(text);
  // An unreadable first line may have named the columns.
  const mayHaveColumns =
    isTooLong || named.some(Boolean) || (isOpen && DELIMITERS.some((each) => text.includes(each)));
  return { kind: isOne && !mayHaveColumns ? "list" : "unknown" };
}

function readRow(row: CsvRow, header: Header): BulkLine | LineFault {
  if (row.isTooLong) return faultAt(row.line, row.text, { kind: "too_long", most: LONGEST_LINE });
  switch (header.kind) {
    case "columns":
      return readCells(row, header);
    case "list":
      return readName(row);
    case "unknown":
      // Without known columns, no cell is certain to be a user.
      return faultAt(row.line, row.text, { kind: "columns_unknown" });
  }
}

function readCells(row: CsvRow, { used, count }: Extract<Header, { kind: "columns" }>): BulkLine | LineFault {
  const { line, cells, isOpen } = row;
  const text = isOpen ? row.text : cells.map((cell) => cell.text).join(", ");
  if (isOpen && (used.at(-1)?.index ?? 0) >= cells.length)
    return faultAt(line, text, { kind: "quote_never_closed" });
  // A header may name thousands of columns, while most lines have only the first few.
  const present: [string, Cell][] = [];
  for (const { index, name } of used) {
    const cell = cells[index];
    if (!cell) break;
    present.push([name, cell]);
  }
  if (present.some(([, { isMisquoted }]) => isMisquoted)) return faultAt(line, text, { kind: "misquoted" });
  if (cells.slice(count).some((cell) => cell.text !== ""))
    return faultAt(line, text, { kind: "too_many_cells", cells: cells.length, columns: count });
  return readLine(
    { line, text },
    present.map(([name, cell]) => [name, cell.text]),
    { namesNobody: "user_cell_blank", isTable: true },
  );
}

function readName(row: CsvRow): BulkLine | LineFault {
  const { line, text, cells, isOpen } = row;
  if (isOpen) return faultAt(line, text, { kind: "quote_never_closed" });
  if (cells.some(({ isMisquoted }) => isMisquoted)) return faultAt(line, text, { kind: "misquoted" });
  const [who, ...others] = cells;
  const isWhole = others.some((cell) => cell.text !== "");
  if (isWhole && !isAddress(text)) return faultAt(line, text, { kind: "several_cells" });
  return readLine(row, [["user", isWhole ? text : (who?.text ?? "")]], {
    namesNobody: "names_nobody",
    isTable: false,
  });
}

/** Whether a whole line is one address as mail programs write it: `Karlsson, Ann <ann@example.com>`. */
function isAddress(text: string): boolean {
  const read = text.includes("@") ? readTypedUser(text) : null;
  return read !== null && "who" in read && read.who.includes("@");
}

/** Finds the delimiter: by Excel's `sep=` line, or else by the first line. */
function separated(lines: readonly ListLine[]): { delimiter: string; lines: readonly ListLine[] } {
  const [first, ...behind] = lines;
  const said = SEP.exec(withoutInvisible(first?.text.slice(0, LONGEST_LINE) ?? ""));
  if (!said) return { delimiter: bestDelimiter(first, DELIMITERS), lines };
  // A program that does not know `sep=` saves that line as a row, and appends its own delimiters.
  const [, named = ",", behindIt = ""] = said;
  const saved = [...new Set(behindIt.replaceAll(" ", ""))].filter((each) => each !== named);
  return { delimiter: bestDelimiter(behind[0], [named, ...saved]), lines: behind };
}

/** Matches `sep=;` as Excel writes it, also in quotes or with appended delimiters. */
const SEP = /^ *"?sep=([,;|\t])"?([ ,;|\t]*)$/i;

/** The first delimiter that gives a line a user column, or else the most cells. */
function bestDelimiter(line: ListLine | undefined, delimiters: readonly string[]): string {
  const best = delimiters
    .map((delimiter) => {
      const cells = cellsOf(line?.text ?? "", delimiter);
      const namesUser = cells.some(({ text }) => columnNamed(text)?.column === "user");
      return { delimiter, rank: cells.length + (namesUser ? LONGEST_LINE : 0) };
    })
    .sort((a, b) => b.rank - a.rank)[0];
  return best?.delimiter ?? ",";
}
