import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AuditEvent } from "../../src/audit/index.ts";
import type { Job } from "../../src/change-requests/index.ts";
import { stopDatabaseClock } from "../support/database-clock.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

const JOB: Job = { kind: "expire", requestId: 7 };
const NOW = new Date("2026-11-01T10:00:00Z");

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
beforeEach(() => store.empty());
afterAll(() => store[Symbol.asyncDispose]());

test("a transaction that fails at its very end, after its jobs were left, leaves none of them", async () => {
  const event: AuditEvent = {
    kind: "subject.looked_up",
    at: NOW,
    actor: "bot",
    requestId: null,
    subject: null,
    policyHash: null,
    details: {},
  };
  // Audit entries are stored last.
  await store.database.lockPool.query(
    "create or replace function refuse_entry() returns trigger language plpgsql as $$ begin raise 'refused'; end $$",
  );
  await store.database.lockPool.query(
    "create trigger refuse before insert on audit_entries for each statement execute function refuse_entry()",
  );
  const failing = store.uow.run(async (tx) => {
    await tx.jobs.enqueue(JOB);
    await tx.audit.append(event);
  });
  await expect(failing).rejects.toThrow("refused");
  await store.database.lockPool.query("drop trigger refuse on audit_entries");
  expect(await store.waiting()).toEqual([]);
});

test.each([
  ["now", 0, true],
  ["in a minute", 60, true],
  ["in more than a minute", 61, false],
])("a job that is due %s is waiting, and due soon only within a minute", async (_when, seconds, isSoon) => {
  await stopDatabaseClock(store.database.lockPool, NOW);
  const startAfter = new Date(NOW.getTime() + seconds * 1_000);
  await store.uow.run((tx) => tx.jobs.enqueue(JOB, { startAfter }));
  const found = await store.uow.run(async ({ jobs }) => [
    await jobs.isWaiting(JOB),
    await jobs.isDueSoon(JOB),
    await jobs.isWaiting({ ...JOB, requestId: 8 }),
  ]);
  expect(found).toEqual([true, isSoon, false]);
});

test("a job that failed and is tried again soon is waiting too, one that is at work is not", async () => {
  const job: Job = { ...JOB, requestId: 9 };
  await store.uow.run((tx) => tx.jobs.enqueue(job));
  const waitsAs = async (state: string) => {
    await store.database.lockPool.query(
      `update pgboss.job set state = '${state}' where data->>'requestId' = '9'`,
    );
    return store.uow.run(async ({ jobs }) => [await jobs.isWaiting(job), await jobs.isDueSoon(job)]);
  };
  expect(await waitsAs("retry")).toEqual([true, true]);
  expect(await waitsAs("active")).toEqual([false, false]);
});
