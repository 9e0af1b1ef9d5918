/**
 * A separate program. It starts PostgreSQL with the options in its first argument, and prints one line of JSON about
 * the server. When its standard input ends, it stops the server and ends.
 */
import { type PostgresOptions, startPostgres } from "../../sandbox/postgres/embedded-postgres-server.ts";

/** The line that the program prints. */
export type ParentReport =
  | { readonly started: true; readonly url: string; readonly log: readonly string[] }
  | { readonly started: false; readonly code: string; readonly message: string };

function report(line: ParentReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

// `startParent` writes this text from a value of the type.
const options = JSON.parse(process.argv[2] ?? "{}") as PostgresOptions;
const log: string[] = [];
try {
  const server = await startPostgres({ ...options, log: (message) => log.push(message) });
  report({ started: true, url: server.connectionString("postgres"), log });
  process.stdin.on("end", () => server.stop()).resume();
} catch (error) {
  const { code = "", message = "" } = error as Partial<{ code: string; message: string }>;
  report({ started: false, code, message });
}
