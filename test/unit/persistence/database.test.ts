import { expect, it } from "vitest";
import { JOBS } from "../../../src/change-requests/index.ts";
import { envSchema } from "../../../src/config/env-schema.ts";
import { DEFAULT_CONNECTIONS, MIN_CONNECTIONS, splitConnections } from "../../../src/persistence/database.ts";

const { schema, default: configured } = envSchema.DATABASE_CONNECTIONS;

it("the default of connections leaves twelve for work, twenty-four for locks and three for the queue", () => {
  expect(splitConnections(DEFAULT_CONNECTIONS)).toEqual({ work: 12, locks: 24, queue: 3 });
  expect(configured).toBe(String(DEFAULT_CONNECTIONS));
});

it("a replica opens no more connections than are configured", () => {
  for (let total = MIN_CONNECTIONS; total <= 200; total += 1) {
    const { work, locks, queue } = splitConnections(total);
    expect(work + locks + queue).toBe(total);
  }
});

it("the fewest connections leave more for locks than the waits for another lock can hold", () => {
  const { locks, work } = splitConnections(MIN_CONNECTIONS);
  expect(locks).toBeGreaterThan(JOBS.execute_bulk.atOnce);
  // One bulk with the six subjects that it changes at once.
  expect(locks).toBeGreaterThan(1 + 6);
  expect(work).toBeGreaterThanOrEqual(4);
});

it("a replica is configured with no fewer connections than it needs, and opens no fewer", () => {
  expect(schema.safeParse(String(MIN_CONNECTIONS)).success).toBe(true);
  expect(schema.safeParse(String(MIN_CONNECTIONS - 1)).success).toBe(false);
  expect(splitConnections(1)).toEqual(splitConnections(MIN_CONNECTIONS));
});
