import { expect, test } from "vitest";
import type { EnqueuedJob, Transaction } from "../../src/change-requests/index.ts";
import { createUnitOfWork, NO_JOBS } from "../../src/persistence/index.ts";
import { someNewRequest } from "../support/domain-objects.ts";
import { auditLog, someAuditEvent } from "../support/stored-rows.ts";
import { useQueueStore } from "../support/use-store.ts";

const store = useQueueStore();

/** The numbers of requests, targets, audit entries, jobs and freezes. */
async function everything() {
  const { db } = store.database;
  return {
    requests: await db.selectFrom("change_requests").select("id").execute(),
    targets: await db.selectFrom("targets").select("position").execute(),
    freeze: await db.selectFrom("write_freeze").select("by_slack_id").execute(),
    entries: (await auditLog(store)).map(({ kind }) => kind),
    jobs: await store.waiting(),
  };
}
const NOTHING = { requests: [], targets: [], freeze: [], entries: [], jobs: [] };

/** Changes each kind of row in a transaction. */
async function changeEverything(tx: Transaction): Promise<number> {
  const { id } = await tx.requests.insert(someNewRequest());
  await tx.audit.append(someAuditEvent({ kind: "request.created", requestId: `CR-${id}` }));
  await tx.jobs.enqueue({ kind: "show_card", requestId: id });
  await tx.jobs.enqueue({ kind: "expire", requestId: id }, { startAfter: new Date("2099-01-01") });
  await tx.freeze.current({ forChange: true });
  await tx.freeze.set({ by: { slackUserId: "U0THEO", email: null }, at: new Date(), reason: null });
  return id;
}

test.each<[string, (tx: Transaction) => Promise<unknown>, string]>([
  ["its work", () => Promise.reject(new Error("the last step fails")), "the last step fails"],
  ["a statement", (tx) => tx.requests.insert(someNewRequest({ reason: "" })), "violates check constraint"],
])("a transaction leaves neither state nor audit entry nor job if %s fails", async (_what, last, message) => {
  const failed = store.uow.run(async (tx) => {
    await changeEverything(tx);
    await last(tx);
  });
  await expect(failed).rejects.toThrow(message);
  expect(await everything()).toEqual(NOTHING);
});

test("a transaction stores nothing if its jobs can't be enqueued", async () => {
  const full = { ...NO_JOBS, enqueueWithin: () => Promise.reject(new Error("the queue is full")) };
  const failed = createUnitOfWork(store.database.db, full).run(changeEverything);
  await expect(failed).rejects.toThrow("the queue is full");
  expect(await everything()).toEqual(NOTHING);
});

test("a transaction stores nothing if its audit entries, which come after its jobs, are refused", async () => {
  const { lockPool } = store.database;
  await lockPool.query(
    `create function refuse_entry() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
     create trigger refuse before insert on audit_entries for each statement execute function refuse_entry()`,
  );
  await expect(store.uow.run(changeEverything)).rejects.toThrow("refused");
  await lockPool.query("drop trigger refuse on audit_entries");
  expect(await everything()).toEqual(NOTHING);
});

test("a transaction that ends stores all of it, and wakes the audit channel's publisher", async () => {
  const id = await store.uow.run(changeEverything);
  const { jobs, ...stored } = await everything();
  expect(stored).toEqual({
    requests: [{ id }],
    targets: [{ position: 0 }],
    freeze: [{ by_slack_id: "U0THEO" }],
    entries: ["request.created"],
  });
  expect(jobs).toHaveLength(3);
  expect(jobs).toEqual(
    expect.arrayContaining([
      { kind: "publish_audit" },
      { kind: "show_card", requestId: id },
      { kind: "expire", requestId: id },
    ]),
  );
});

test("workers hear of jobs after the commit, of each once, and of none that was rolled back", async () => {
  const heard: EnqueuedJob[] = [];
  const { enqueueWithin, nextDue } = store.boss;
  const wake = (left: readonly EnqueuedJob[]) => void heard.push(...left);
  const { run } = createUnitOfWork(store.database.db, { enqueueWithin, wake, nextDue });
  const later = { startAfter: new Date("2099-01-01") };
  await run(async (tx) => {
    await tx.jobs.enqueue({ kind: "settle", requestId: 1 });
    await tx.jobs.enqueue({ kind: "settle", requestId: 1 });
    await tx.jobs.enqueue({ kind: "settle", requestId: 2 }, later);
    // After the answer to a statement, only later statements of the transaction can be under way.
    await tx.freeze.read();
    expect(heard).toEqual([]);
  });
  const jobs = [
    { job: { kind: "settle", requestId: 1 } },
    { job: { kind: "settle", requestId: 2 }, ...later },
  ];
  expect(heard).toEqual(jobs);
  const failed = run(async (tx) => {
    await tx.jobs.enqueue({ kind: "settle", requestId: 3 });
    throw new Error("rolled back");
  });
  await expect(failed).rejects.toThrow("rolled back");
  expect(heard).toEqual(jobs);
});
