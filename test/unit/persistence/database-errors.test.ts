import { expect, it } from "vitest";
import { DatabaseReadOnlyError } from "../../../src/persistence/database-errors.ts";
import { databaseErrorCode, isDatabaseOutage } from "../../../src/persistence/index.ts";

const failed = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);
const causing = (cause: Error) => new Error("It failed.", { cause });

it.each([
  ["a refused connection", failed("connect ECONNREFUSED", { code: "ECONNREFUSED" })],
  ["a missing Unix socket", failed("connect ENOENT /run/.s.PGSQL", { code: "ENOENT", syscall: "connect" })],
  ["a proxy without TLS", failed("There was an error establishing an SSL connection")],
  ["a shutdown", failed("terminating connection", { code: "57P01" })],
  ["a statement to a read-only server", failed("cannot execute INSERT", { code: "25006" })],
  ["a read-only database", new DatabaseReadOnlyError()],
  ["a read-only database as the cause of an error", causing(new DatabaseReadOnlyError())],
  ["a deadlock", failed("deadlock detected", { code: "40P01" })],
  ["a connection that broke", failed("Connection terminated unexpectedly")],
  ["an outage as the cause of an error", causing(failed("too many clients", { code: "53300" }))],
])("%s is an outage of the database", (_name, error) => {
  expect(isDatabaseOutage(error)).toBe(true);
});

it.each([
  ["a missing file", failed("open ENOENT", { code: "ENOENT", syscall: "open" })],
  ["a missing table", failed("relation does not exist", { code: "42P01" })],
  ["a violated rule", failed("duplicate key", { code: "23505" })],
  ["a bug", new TypeError("undefined is not a function")],
])("%s is a fault, and no outage of the database", (_name, error) => {
  expect(isDatabaseOutage(error)).toBe(false);
});

it("an error has the code of its cause", () => {
  expect(databaseErrorCode(causing(failed("refused", { code: "ECONNREFUSED" })))).toBe("ECONNREFUSED");
  expect(databaseErrorCode(new Error("no code"))).toBeNull();
});
