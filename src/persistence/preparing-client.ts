import { createHash } from "node:crypto";
import pg from "pg";

/** How often a statement is sent as text before it is prepared, as PostgreSQL's own JDBC driver does it. */
const THRESHOLD = 5;
/** Some statements are as long as what they carry; those that were sent often come first. */
const MOST = 300;

/** What may be prepared: one statement that reads or changes rows. */
const ONE_STATEMENT = /^\s*(?:select|insert|update|delete|with)\b[^;]*$/i;
/** A column that a migration adds changes what these answer, and PostgreSQL refuses to run them prepared then. */
const ALL_COLUMNS = /(?:^\s*select|,|\breturning)\s+(?:"?\w+"?\.)?\*/i;

const timesSent = new Map<string, number>();
const names = new Map<string, string>();

/**
 * A connection that prepares what is sent again and again, so that the database parses and plans it once a connection
 * (https://www.postgresql.org/docs/current/sql-prepare.html): that takes it longer than most of our statements
 * themselves.
 */
export class PreparingClient extends pg.Client {}

const send = pg.Client.prototype.query as (...args: unknown[]) => unknown; // each of its overloads is passed on
Object.assign(PreparingClient.prototype, {
  query(this: pg.Client, ...args: unknown[]): unknown {
    const [text, values, ...rest] = args;
    const name = typeof text === "string" && typeof values !== "function" ? nameOf(text) : undefined;
    return name === undefined
      ? send.apply(this, args)
      : send.apply(this, [{ name, text, values: values ?? [] }, undefined, ...rest]);
  },
});

/** The name under which a statement is prepared; `undefined` as long as it isn't worth it. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST) return known;
  const times = (timesSent.get(text) ?? 0) + 1;
  if (times < THRESHOLD) {
    // Most of what is sent now and then is sent once.
    if (timesSent.size > 10 * MOST) timesSent.clear();
    timesSent.set(text, times);
    return undefined;
  }
  timesSent.delete(text);
  if (!ONE_STATEMENT.test(text) || ALL_COLUMNS.test(text)) return undefined;
  const name = createHash("sha256").update(text).digest("hex").slice(0, 32);
  names.set(text, name);
  return name;
}
