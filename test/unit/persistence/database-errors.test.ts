import { expect, it } from "vitest";
import { DatabaseReadOnlyError } from "../../../src/persistence/database-errors.ts";
import { databaseErrorCode, isDatabaseOutage } from "../../../src/persistence/index.ts";

const failed = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);

it.each([
  ["a refused connection", failed("connect ECONNREFUSED", { code: "ECONNREFUSED" })],
  [
    "a missing Unix socket",
    failed("connect ENOENT /run/.s.PGSQL.5432", { code: "ENOENT", syscall: "connect" }),
  ],
  ["a proxy without TLS", failed("There was an error establishing an SSL connection")],
  ["a shutdown", failed("terminating connection", { code: "57P01" })],
  ["a read-only server", failed("cannot execute INSERT", { code: "25006" })],
  ["a deadlock", failed("deadlock detected", { code: "40P01" })],
  ["a connection that broke", failed("Connection terminated unexpectedly")],
  [
    "an outage as the cause",
    new Error("It failed.", { cause: failed("too many clients", { code: "53300" }) }),
  ],
])("takes %s for an outage", (_name, error) => {
  expect(isDatabaseOutage(error)).toBe(true);
});

it.each([
  ["a missing file", failed("open ENOENT", { code: "ENOENT", syscall: "open" })],
  ["a missing table", failed("relation does not exist", { code: "42P01" })],
  ["a violated rule", failed("duplicate key", { code: "23505" })],
  ["a bug", new TypeError("undefined is not a function")],
])("takes %s for a fault", (_name, error) => {
  expect(isDatabaseOutage(error)).toBe(false);
});

it("finds the code of an error or of its cause", () => {
  const cause = failed("refused", { code: "ECONNREFUSED" });
  expect(databaseErrorCode(new Error("It failed.", { cause }))).toBe("ECONNREFUSED");
  expect(databaseErrorCode(new Error("no code"))).toBeNull();
});

it("a database that can be read but not written is an outage, also as the cause of another error", () => {
  const readOnly = new DatabaseReadOnlyError();
  expect(isDatabaseOutage(readOnly)).toBe(true);
  expect(isDatabaseOutage(new Error("A lock was lost.", { cause: readOnly }))).toBe(true);
});
