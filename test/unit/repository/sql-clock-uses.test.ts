import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { sqlClockUses } from "../../../scripts/sql-clock/sql-clock-uses.ts";

const root = new URL("../../..", import.meta.url);

it.each([
  "sql`wake_at > now()`",
  'pool.query("select now()::date")',
  "sql`select NOW ( )`",
  "select pg_catalog.now()",
  "clock_timestamp() + interval '1 s'",
  "where due_at <= CURRENT_TIMESTAMP",
  "select current_date",
  "timestamptz 'now'",
])("the check of the database's time reports %s", (statement) => {
  expect(sqlClockUses("src/persistence/x.ts", `\n${statement}`).map(({ line }) => line)).toEqual([2]);
});

it.each([
  "clock.now()",
  "interface Clock { now(): Date }",
  "const x = { now() { return 1 } };",
  "sql`wake_at > current_instant()`",
  "pgboss.job_now()",
])("the check of the database's time accepts %s", (code) => {
  expect(sqlClockUses("src/persistence/x.ts", code)).toEqual([]);
});

it("the migrations since current_instant() exists read the time from no other function", () => {
  const migrations = globSync("migrations/*.sql", { cwd: root }).filter((path) => path > "migrations/0160-");
  expect(migrations).not.toEqual([]);
  const uses = migrations.flatMap((path) => {
    const text = readFileSync(new URL(path, root), "utf8");
    return sqlClockUses("src/persistence/", text).map(({ word }) => `${path}: ${word}`);
  });
  expect(uses).toEqual(["migrations/0160-current-instant.sql: pg_catalog.now()"]);
});
