import { createHash } from "node:crypto";

/** The fifth use of a statement prepares it, as in PostgreSQL's JDBC driver. */
const THRESHOLD = 5;
/** The most statements that one connection prepares. */
const MOST = 300;
/** Longer statements, in characters, insert many rows. They rarely repeat, because the number of rows varies. */
const LONGEST = 10_000;

/** A single statement that reads or changes rows. */
const ONE_STATEMENT = /^\s*(?:select|insert|update|delete|with)\b[^;]*$/i;
/** If a migration adds a column, PostgreSQL refuses a prepared statement that returns all columns. */
const ALL_COLUMNS = /(?:\bselect(?:\s+distinct)?|,|\breturning)\s+(?:"?\w+"?\.)*\*/i;

const timesSent = new Map<string, number>();
const names = new Map<string, string>();

/**
 * The name under which a connection prepares a statement with parameters; `undefined` for the first four uses.
 *
 * PostgreSQL parses a prepared statement once and plans it a few times
 * (https://www.postgresql.org/docs/current/sql-prepare.html). Both take longer than most of our statements. Plans go stale
 * as tables grow, so a connection that prepares statements must be short-lived.
 */
export function preparedName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST || text.length > LONGEST) return known;
  const times = (timesSent.get(text) ?? 0) + 1;
  if (times < THRESHOLD) {
    // Bounds the memory. Frequent statements reach the threshold again soon.
    if (timesSent.size > 10 * MOST) timesSent.clear();
    timesSent.set(text, times);
    return undefined;
  }
  timesSent.delete(text);
  if (!ONE_STATEMENT.test(text) || ALL_COLUMNS.test(withoutSubqueries(text))) return undefined;
  const name = createHash("sha256").update(text).digest("hex").slice(0, 32);
  names.set(text, name);
  return name;
}

/** A statement without its parenthesized parts: a `*` in a subquery is no column of the result. */
function withoutSubqueries(text: string): string {
  const shorter = text.replace(/\([^()]*\)/g, "");
  return shorter === text ? text : withoutSubqueries(shorter);
}
