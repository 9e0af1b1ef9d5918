import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNoteStart, createPruning, type Draft } from "../../src/change-requests/index.ts";
import { createPostedMessages } from "../../src/persistence/index.ts";
import { someNewRequest, someTarget } from "../support/domain-objects.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

const DAY_MS = 24 * 3_600_000;

let store: QueueStore;
const { clock, advance } = createOffsetClock();
beforeAll(async () => {
  store = await openQueueStore();
  await clock.moveWith(store.database.lockPool);
});
afterAll(() => store[Symbol.asyncDispose]());

const prunings = async () => (await store.waiting()).filter(({ kind }) => kind === "prune").length;
const column = async (query: string) =>
  (await store.database.lockPool.query({ text: query, rowMode: "array" })).rows.flat();
const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);

test("pruning is planned once, however often and wherever the service starts", async () => {
  const { planPruning, prune } = createPruning({ uow: store.uow, clock });
  await Promise.all([planPruning(), planPruning()]);
  expect(await prunings()).toBe(1);
  await prune();
  await prune();
  await planPruning();
  expect(await prunings()).toBe(2);
});

test("pruning clears away what nobody needs, and keeps what a card may need", async () => {
  const place = { channelId: "C0APPROVE", threadTs: null };
  const draft = (days: number): Draft => ({
    id: randomUUID(),
    opener: { slackUserId: "U0MAYA", email: null },
    place,
    who: null,
    kind: null,
    facts: null,
    slackUserIds: [],
    roleOptions: [],
    orgOptions: [],
    emergency: false,
    undo: null,
    requestId: null,
    expiresAt: daysAgo(days),
  });
  const [oldDraft, newDraft] = [draft(2), draft(0)];
  const [oldClick, newClick] = [randomUUID(), randomUUID()];
  const decideBy = daysAgo(200);
  const ids = await store.uow.run(async (tx) => {
    await tx.drafts.insert(oldDraft);
    await tx.drafts.insert(newDraft);
    await tx.clicks.claim(oldClick, daysAgo(101));
    await tx.clicks.claim(newClick, daysAgo(99));
    const requests = [
      someNewRequest({ state: "denied", decideBy }),
      someNewRequest({ state: "pending", decideBy }),
      someNewRequest({ state: "done", decideBy, targets: [someTarget({ state: "unknown" })] }),
      someNewRequest({ state: "denied", decideBy: daysAgo(1) }),
    ];
    const made: number[] = [];
    for (const request of requests) made.push((await tx.requests.insert(request)).id);
    return made;
  });
  for (const [id, days] of [
    [randomUUID(), 2],
    [newDraft.id, 0],
  ] as const) {
    const insert = `insert into bulk_drafts (id, opener_slack_id, channel_id, kind, expires_at)
      values ($1, 'U0MAYA', 'C0APPROVE', 'deactivate', $2)`;
    await store.database.lockPool.query(insert, [id, daysAgo(days)]);
  }
  const postedMessages = createPostedMessages(store.database.db, (_name, work) => work());
  const keysOf = (id: number) => [
    ...[`card:${id}`, `announce:${id}:denied`, `asked:${id}:0:U0THEO`, `alarm:${id}:begun`],
    `outcomes:${id}:done:verified`,
  ];
  const ofJobs = (which: string) => [`dry-run:${which}`, `list:${which}`, `digest:${which}:C0APPROVE`];
  for (const key of [...ids.flatMap(keysOf), ...ofJobs("old"), ...ofJobs("new"), "audit:1"]) {
    await postedMessages.begin(key, place);
    await postedMessages.posted(key, "1.1", null);
  }
  await store.database.lockPool.query(
    "update slack_posts set begun_at = now() - interval '200 days' where key not like '%:new%'",
  );

  for (const [key, days] of [
    ["old", 200],
    ["new", 1],
  ] as const) {
    const fault = { kind: "ask", requestId: null, errorCode: "TypeError", reference: "7f3a" } as const;
    await store.uow.run((tx) => tx.jobFailures.addFault({ ...fault, key, at: daysAgo(days) }));
  }

  await advance(1_000 + DAY_MS - 3_600_000);
  await createPruning({ uow: store.uow, clock }).prune();
  expect(await column("select id from drafts")).toEqual([newDraft.id]);
  expect(await column("select id from bulk_drafts")).toEqual([newDraft.id]);
  expect(await column("select click_id from handled_clicks")).toEqual([newClick]);
  expect(await column("select key from job_failures")).toEqual(["new"]);
  const [over, ...kept] = ids;
  expect(await column("select key from slack_posts order by key")).toEqual(
    ["audit:1", `card:${over}`, ...ofJobs("new"), ...kept.flatMap(keysOf)].sort(),
  );
});

test("a start that stops all writes is audited each time, and the first one after it that doesn't", async () => {
  const noteStart = createNoteStart({ uow: store.uow, clock, policyHash: "p".repeat(64) });
  for (const readOnly of [false, true, true, false, false]) await noteStart(readOnly);
  expect(await column("select kind from audit_entries order by seq")).toEqual([
    "service.started_read_only",
    "service.started_read_only",
    "service.started_writing",
  ]);
});
