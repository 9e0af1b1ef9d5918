import { type CsvError, parse } from "csv-parse/sync";
import { type BulkInput, type BulkLine, faultAt, type LineFault } from "./bulk-input.ts";
import { columnNamed, readColumns } from "./column-names.ts";

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads CSV whose first line names its columns, or, without such a line, names of users, one a line. */
export function readCsvLines(written: string): BulkInput {
  const text = written.replace(/\r\n?/g, "\n");
  const { rows, faults } = readRows(text);
  const [first, ...rest] = rows;
  if (!first) return { lines: [], faults };
  const header = first.cells.map(columnNamed);
  if (header.some((named) => named?.column === "user")) return withHeader(first.cells, rest, faults);
  if (first.cells.length > 1 || header[0]) {
    const fault = "The first line has to name the columns, one of them user, user_id or username.";
    return { lines: [], faults: [faultAt(first.line, first.cells.join(", "), fault)] };
  }
  return namesOnly(rows, faults);
}

function withHeader(names: readonly string[], rows: readonly Row[], faults: LineFault[]): BulkInput {
  const lines: BulkLine[] = [];
  for (const { line, cells } of rows) {
    const shown = cells.join(", ");
    if (cells.length > names.length) {
      faults.push(faultAt(line, shown, `Has ${cells.length} cells, but ${names.length} columns are named.`));
      continue;
    }
    const columns = readColumns(names.map((name, index) => [name, cells[index] ?? ""]));
    const { user, role = null, org = null } = columns;
    if (user === undefined) faults.push(faultAt(line, shown, "Names no user: the cell is blank."));
    else lines.push({ line, who: user, role, org });
  }
  return { lines, faults };
}

function namesOnly(rows: readonly Row[], faults: LineFault[]): BulkInput {
  const lines: BulkLine[] = [];
  for (const { line, cells } of rows) {
    const [who = "", ...others] = cells.map((cell) => cell.trim());
    if (others.some((cell) => cell !== "")) {
      faults.push(faultAt(line, cells.join(", "), "One user a line; or name the columns in the first line."));
    } else if (who === "") faults.push(faultAt(line, cells.join(", "), "Names no user."));
    else lines.push({ line, who, role: null, org: null });
  }
  return { lines, faults };
}

/** The rows with the lines on which they begin; a row that can't be read is a fault, and the next one goes on. */
function readRows(text: string): { rows: Row[]; faults: LineFault[] } {
  const faults: LineFault[] = [];
  const breaks = breaksIn(text);
  const records = parse(text, {
    delimiter: delimiterOf(text),
    record_delimiter: "\n",
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    info: true,
    raw: true, // for what is skipped
    on_skip: (error, raw) => {
      const fault = error && faultOf(error, raw ?? "", breaks);
      // A line is told of once, however many quotes stand in it.
      if (fault && fault.line !== faults.at(-1)?.line) faults.push(fault);
    },
  }) as unknown as { info: { lines: number }; record: string[] }[]; // what `info` and `raw` make of the result
  const rows = records
    .map(({ info, record }) => ({ line: info.lines - breaksIn(record.join("")), cells: record }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== "") || cells.length > 1);
  return { rows, faults };
}

/** Spreadsheets separate cells as their country does; the first line tells. */
function delimiterOf(text: string): string {
  const [firstLine = ""] = text.trimStart().split("\n", 1);
  const counts = [",", ";", "\t"].map((delimiter) => ({
    delimiter,
    count: firstLine.split(delimiter).length,
  }));
  return counts.sort((a, b) => b.count - a.count)[0]?.delimiter ?? ",";
}

function faultOf({ code, lines }: CsvError, raw: string, breaks: number): LineFault {
  if (code !== "CSV_QUOTE_NOT_CLOSED") {
    const line = typeof lines === "number" ? lines : 1;
    return faultAt(line, raw, "A quote stands where none can; double it.");
  }
  // Such a row ends with the text.
  const row = raw.trimStart();
  const after = breaksIn(row.trimEnd());
  const rest = after === 0 ? "" : after === 1 ? " and the line after it" : ` and the ${after} lines after it`;
  const [first = ""] = row.split("\n", 1);
  return faultAt(
    breaks - breaksIn(row) + 1,
    first,
    `A quote is never closed; this line${rest} can't be read.`,
  );
}

/** How often a line ends within a text. */
function breaksIn(text: string): number {
  return text.split("\n").length - 1;
}
