import { AppError, withCauses } from "../kernel/errors.ts";

/**
 * SQLSTATEs of temporary faults: the same statement can succeed later
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const PASSING_STATES =
  /^(?:08...|28000|28P01|3D000|25006|25P0[34]|40001|40P01|53...|55P03|57014|57P0.|58...|42501)$/;

/** Codes of Node's network errors. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EMFILE",
]);

/** Codes of a Unix socket that is missing or inaccessible while its server restarts. */
const SOCKET_FILE_CODES: ReadonlySet<string> = new Set(["ENOENT", "EACCES"]);

/** Messages of errors without a code, from pg 8.23 and pg-pool 3. */
const CONNECTION_MESSAGES =
  /connection terminated|not queryable|timeout expired|timeout exceeded when trying to connect|query read timeout|after calling end on the pool|driver has already been destroyed|database not opened|error establishing an ssl connection|does not support ssl/i;

export class DatabaseReadOnlyError extends AppError<"database_read_only"> {
  constructor() {
    super(
      "database_read_only",
      "The database is read-only, so nobody can request or decide anything. Point DATABASE_URL to a server that accepts writes.",
    );
  }
}

/** A sentence for the log: the database fails with this code. */
export function databaseFailureText(code: string): string {
  return `The database can't be used (${code}). Check DATABASE_URL, and that the server runs and can be reached.`;
}

/** The SQLSTATE or network code of an error or of one of its causes; `null` if none has one. */
export function databaseErrorCode(error: unknown): string | null {
  for (const each of withCauses(error)) {
    if ("code" in each && typeof each.code === "string") return each.code;
  }
  return null;
}

/** Whether an error is an outage of the database: the same statement can succeed later. */
export function isDatabaseOutage(error: unknown): boolean {
  return withCauses(error).some((each) => {
    if (each instanceof DatabaseReadOnlyError) return true;
    const code = "code" in each && typeof each.code === "string" ? each.code : "";
    const isSocketFile = SOCKET_FILE_CODES.has(code) && "syscall" in each && each.syscall === "connect";
    return (
      isSocketFile ||
      NETWORK_CODES.has(code) ||
      PASSING_STATES.test(code) ||
      CONNECTION_MESSAGES.test(each.message)
    );
  });
}
