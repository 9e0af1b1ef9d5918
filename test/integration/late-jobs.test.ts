import { expect, test } from "vitest";
import { isQueueLate } from "../../src/jobs/index.ts";
import { useQueueStore } from "../support/use-store.ts";

const store = useQueueStore();
const job = { kind: "show_card", requestId: 1 } as const;
const isLate = () => isQueueLate(store.boss.boss);

/** Moves the moment at which each job became due. */
async function dueSince(ago: string): Promise<void> {
  await store.database.lockPool.query("update pgboss.job set start_after = pgboss.job_now() - $1::interval", [
    ago,
  ]);
}

test("the queue is late only if a job that no worker took has been due for more than five minutes", async () => {
  expect(await isLate()).toBe(false);
  await store.uow.run((tx) => tx.jobs.enqueue(job));
  expect(await isLate()).toBe(false);
  await dueSince("4 minutes 50 seconds");
  expect(await isLate()).toBe(false);
  await dueSince("5 minutes 10 seconds");
  expect(await isLate()).toBe(true);
  await dueSince("-1 hour");
  expect(await isLate()).toBe(false);
});

test("work that runs for long is not late", async () => {
  await store.uow.run((tx) => tx.jobs.enqueue(job));
  await store.boss.boss.fetch(job.kind);
  await dueSince("1 hour");
  expect(await isLate()).toBe(false);
});
