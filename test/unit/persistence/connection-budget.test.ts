import { expect, it } from "vitest";
import { JOBS } from "../../../src/change-requests/index.ts";
import { envSchema } from "../../../src/config/env-schema.ts";
import { DEFAULT_CONNECTIONS, MIN_CONNECTIONS, splitConnections } from "../../../src/persistence/database.ts";

it("splits the default into twelve connections for work, twenty-four for locks and three for the queue", () => {
  expect(splitConnections(DEFAULT_CONNECTIONS)).toEqual({ work: 12, locks: 24, queue: 3 });
  expect(envSchema.DATABASE_CONNECTIONS.default).toBe(String(DEFAULT_CONNECTIONS));
});

it("opens no more connections than are configured", () => {
  for (let total = MIN_CONNECTIONS; total <= 200; total += 1) {
    const { work, locks, queue } = splitConnections(total);
    expect(work + locks + queue).toBe(total);
  }
});

it("leaves more connections for locks, with the fewest, than are held by those who wait for another lock", () => {
  const { locks, work } = splitConnections(MIN_CONNECTIONS);
  expect(locks).toBeGreaterThan(JOBS.execute_bulk.atOnce);
  // One bulk with the six subjects that it changes at once.
  expect(locks).toBeGreaterThan(1 + 6);
  expect(work).toBeGreaterThanOrEqual(4);
});

it("accepts no fewer connections than a replica needs", () => {
  const { schema } = envSchema.DATABASE_CONNECTIONS;
  expect(schema.safeParse(String(MIN_CONNECTIONS)).success).toBe(true);
  expect(schema.safeParse(String(MIN_CONNECTIONS - 1)).success).toBe(false);
});

it("opens the fewest connections with which a replica works where it is to open less", () => {
  expect(splitConnections(1)).toEqual(splitConnections(MIN_CONNECTIONS));
});
