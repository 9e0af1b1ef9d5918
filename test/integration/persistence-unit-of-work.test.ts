import { afterAll, beforeAll, expect, test } from "vitest";
import type { EnqueuedJob } from "../../src/change-requests/index.ts";
import { createAuditReader, createUnitOfWork, NO_JOBS } from "../../src/persistence/index.ts";
import { someNewRequest } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
afterAll(() => store[Symbol.asyncDispose]());

/** Everything there is: requests, drafts, audit entries, jobs, the freeze. */
async function everything() {
  const { db } = store.database;
  const entries = [];
  for await (const entry of createAuditReader(db).all()) entries.push(entry);
  return {
    requests: await db.selectFrom("change_requests").selectAll().execute(),
    targets: await db.selectFrom("targets").selectAll().execute(),
    freeze: await db.selectFrom("write_freeze").selectAll().execute(),
    entries,
    jobs: await store.waiting(),
  };
}

/** A transaction that changes everything there is, and then does `last`. */
function changeEverything(last: () => void) {
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest());
    await tx.audit.append({
      kind: "request.created",
      at: new Date(),
      actor: "bot",
      requestId: `CR-${id}`,
      subject: null,
      policyHash: null,
      details: {},
    });
    await tx.jobs.enqueue({ kind: "show_card", requestId: id });
    await tx.jobs.enqueue({ kind: "expire", requestId: id }, { startAfter: new Date("2099-01-01") });
    await tx.freeze.current({ forChange: true });
    await tx.freeze.set({ by: { slackUserId: "U0THEO", email: null }, at: new Date(), reason: null });
    last();
    return id;
  });
}

test("a transaction that fails leaves neither state nor audit entry nor job", async () => {
  const before = await everything();
  const failed = changeEverything(() => {
    throw new Error("the last thing fails");
  });
  await expect(failed).rejects.toThrow("the last thing fails");
  expect(await everything()).toEqual(before);
});

test("a transaction whose jobs can't be left stores nothing", async () => {
  const before = await everything();
  const full = { ...NO_JOBS, enqueueWithin: () => Promise.reject(new Error("the queue is full")) };
  const failed = createUnitOfWork(store.database.db, full).run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest());
    await tx.jobs.enqueue({ kind: "show_card", requestId: id });
  });
  await expect(failed).rejects.toThrow("the queue is full");
  expect(await everything()).toEqual(before);
});

test("a transaction that fails in the database leaves nothing either", async () => {
  const before = await everything();
  const failed = store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest());
    await tx.jobs.enqueue({ kind: "show_card", requestId: id });
    await tx.requests.insert(someNewRequest({ reason: "" }));
  });
  await expect(failed).rejects.toThrow("violates check constraint");
  expect(await everything()).toEqual(before);
});

test("a transaction that ends stores all of it, and wakes the audit channel's publisher", async () => {
  const id = await changeEverything(() => {});
  const after = await everything();
  expect(after.requests.map((request) => request.id)).toEqual([id]);
  expect(after.targets).toHaveLength(1);
  expect(after.freeze).toHaveLength(1);
  expect(after.entries).toHaveLength(1);
  expect(after.jobs).toHaveLength(3);
  expect(after.jobs).toEqual(
    expect.arrayContaining([
      { kind: "publish_audit" },
      { kind: "show_card", requestId: id },
      { kind: "expire", requestId: id },
    ]),
  );
});

test("who works on jobs hears of them when they are there: after the commit, each once, and of none that was rolled back", async () => {
  const heard: EnqueuedJob[] = [];
  const { enqueueWithin, nextDue } = store.boss;
  const wake = (left: readonly EnqueuedJob[]) => void heard.push(...left);
  const { run } = createUnitOfWork(store.database.db, { enqueueWithin, wake, nextDue });
  const later = { startAfter: new Date("2099-01-01") };
  await run(async (tx) => {
    await tx.jobs.enqueue({ kind: "settle", requestId: 1 });
    await tx.jobs.enqueue({ kind: "settle", requestId: 1 });
    await tx.jobs.enqueue({ kind: "settle", requestId: 2 }, later);
    // Once a statement is answered nothing of the transaction is under way but what comes after it.
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
