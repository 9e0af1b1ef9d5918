import { createHash } from "node:crypto";
import pg from "pg";

/** How often a statement is sent as text before it is prepared, as PostgreSQL's own JDBC driver does it. */
const THRESHOLD = 5;
/** Statements that are prepared at most, by each connection. */
const MOST = 300;
/** Characters; what is longer carries many rows, and hardly comes again with as many. */
const LONGEST = 10_000;

/** How long a connection lasts that prepares, in seconds. */
export const CONNECTION_LIFETIME_S = 300;

/** What may be prepared: one statement that reads or changes rows. */
const ONE_STATEMENT = /^\s*(?:select|insert|update|delete|with)\b[^;]*$/i;
/** A column that a migration adds changes what these answer, and PostgreSQL refuses to run them prepared then. */
const ALL_COLUMNS = /(?:\bselect(?:\s+distinct)?|,|\breturning)\s+(?:"?\w+"?\.)*\*/i;

const timesSent = new Map<string, number>();
const names = new Map<string, string>();

/**
 * A connection that prepares what is sent again and again, so that the database parses it once, and plans it a few times
 * (https://www.postgresql.org/docs/current/sql-prepare.html): that takes it longer than most of our statements
 * themselves. What has no values is sent as text: it would be planned once and for all, for tables as they are then.
 * Other plans may grow old too, and a column may get another type, so that no such connection may last for long:
 * `CONNECTION_LIFETIME_S`.
 */
export class PreparingClient extends pg.Client {}

const send = pg.Client.prototype.query as (...args: unknown[]) => unknown; // each of its overloads is passed on
Object.assign(PreparingClient.prototype, {
  query(this: pg.Client, ...args: unknown[]): unknown {
    const [text, values, ...rest] = args;
    const mayBePrepared = typeof text === "string" && Array.isArray(values) && values.length > 0;
    const name = mayBePrepared ? nameOf(text) : undefined;
    return send.apply(this, name === undefined ? args : [{ name, text, values }, undefined, ...rest]);
  },
});

/** The name under which a statement is prepared; `undefined` as long as it isn't worth it. */
function nameOf(text: string): string | undefined {
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
