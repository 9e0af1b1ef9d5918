import { createHash } from "node:crypto";

/** How often a statement is sent as text before it is prepared, as PostgreSQL's own JDBC driver does it. */
const THRESHOLD = 5;
/** Statements that are prepared at most, by each connection. */
const MOST = 300;
/** Characters; what is longer carries many rows, and hardly comes again with as many. */
const LONGEST = 10_000;

/** What may be prepared: one statement that reads or changes rows. */
const ONE_STATEMENT = /^\s*(?:select|insert|update|delete|with)\b[^;]*$/i;
/** A column that a migration adds changes what these answer, and PostgreSQL refuses to run them prepared then. */
const ALL_COLUMNS = /(?:\bselect(?:\s+distinct)?|,|\breturning)\s+(?:"?\w+"?\.)*\*/i;

const timesSent = new Map<string, number>();
const names = new Map<string, string>();

/**
 * The name under which a connection prepares a statement with parameters; `undefined` until it was sent five times.
 *
 * The database parses a prepared statement once and plans it a few times
 * (https://www.postgresql.org/docs/current/sql-prepare.html), which takes longer than most of our statements. Plans go
 * stale as tables grow, and a column may get another type, so a connection that prepares must not last for long.
 */
export function preparedName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST || text.length > LONGEST) return known;
  const times = (timesSent.get(text) ?? 0) + 1;
  if (times < THRESHOLD) {
    // Those that are sent often are counted anew soon.
    if (timesSent.size > 10 * MOST) timesSent.clear();
    timesSent.set(text, times);
    return undefined;
  }
  timesSent.delete(text);
  if (!ONE_STATEMENT.test(text) || ALL_COLUMNS.test(withoutParts(text))) return undefined;
  const name = createHash("sha256").update(text).digest("hex").slice(0, 32);
  names.set(text, name);
  return name;
}

/** A statement without what is in brackets, which answers nothing by itself. */
function withoutParts(text: string): string {
  const shorter = text.replace(/\([^()]*\)/g, "");
  return shorter === text ? text : withoutParts(shorter);
}
