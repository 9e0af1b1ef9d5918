import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import {
  createNoteStart,
  createPruning,
  type NewChangeRequest,
  REQUEST_STATES,
  type TargetPatch,
} from "../../src/change-requests/index.ts";
import { createPostedMessages } from "../../src/persistence/index.ts";
import { someBulkDraft, someDraft } from "../support/draft-objects.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { auditKinds, giveRoles, insertRequest } from "../support/stored-rows.ts";
import { inTurns } from "../support/turns.ts";
import { useQueueStore } from "../support/use-store.ts";

const DAY_MS = 24 * 3_600_000;

const store = useQueueStore();
const { clock, advance } = createOffsetClock();
beforeEach(async () => {
  await clock.moveWith(store.database.lockPool);
  await store.database.lockPool.query(
    "delete from slack_posts; delete from job_failures; delete from handled_clicks",
  );
});

const column = async (query: string) =>
  (await store.database.lockPool.query({ text: query, rowMode: "array" })).rows.flat();
const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
const PLACE = { channelId: "C0APPROVE", threadTs: null };

/** Stores messages that were begun this number of days ago; default: they were posted. */
async function post(keys: readonly string[], days: number, { isPosted = true } = {}): Promise<void> {
  const postedMessages = createPostedMessages(store.database.db, (_name, work) => work());
  for (const key of keys) {
    await postedMessages.begin(key, PLACE);
    if (isPosted) await postedMessages.posted(key, "1.1", null);
  }
  const age = "update slack_posts set begun_at = $1 where key = any ($2)";
  await store.database.lockPool.query(age, [daysAgo(days), keys]);
}

test("pruning is planned once, however often and wherever the service starts", async () => {
  const { planPruning, prune } = createPruning({ uow: store.uow, clock });
  const prunings = async () => (await store.waiting()).filter(({ kind }) => kind === "prune").length;
  await Promise.all([planPruning(), planPruning()]);
  expect(await prunings()).toBe(1);
  await prune();
  await prune();
  await planPruning();
  expect(await prunings()).toBe(2);
});

test("pruning deletes old forms, clicks, records of failed work, and messages of jobs", async () => {
  const [oldDraft, newDraft, oldBulk, newBulk] = [
    someDraft({ id: randomUUID(), expiresAt: daysAgo(2) }),
    someDraft({ id: randomUUID(), expiresAt: daysAgo(0) }),
    someBulkDraft({ id: randomUUID(), expiresAt: daysAgo(2) }),
    someBulkDraft({ id: randomUUID(), expiresAt: daysAgo(0) }),
  ];
  const [oldClick, newClick] = [randomUUID(), randomUUID()];
  await store.uow.run(async (tx) => {
    for (const draft of [oldDraft, newDraft]) await tx.drafts.insert(draft);
    for (const bulk of [oldBulk, newBulk]) await tx.bulkDrafts.insert(bulk);
    await tx.clicks.claim(oldClick, daysAgo(101));
    await tx.clicks.claim(newClick, daysAgo(99));
    const fault = { kind: "ask", requestId: null, errorCode: "TypeError", reference: "7f3a" } as const;
    await tx.jobFailures.addFault({ ...fault, key: "old", at: daysAgo(200) });
    await tx.jobFailures.addFault({ ...fault, key: "new", at: daysAgo(1) });
  });
  const ofJobs = (which: string) => ["digest", "dry-run", "export", "list"].map((key) => `${key}:${which}`);
  await post([...ofJobs("old"), "audit:1"], 200);
  await post(ofJobs("new"), 1);
  await advance(1_000 + DAY_MS - 3_600_000);
  await createPruning({ uow: store.uow, clock }).prune();
  expect(await column("select id from drafts")).toEqual([newDraft.id]);
  expect(await column("select id from bulk_drafts")).toEqual([newBulk.id]);
  expect(await column("select click_id from handled_clicks")).toEqual([newClick]);
  expect(await column("select key from job_failures")).toEqual(["new"]);
  expect(await column("select key from slack_posts order by key")).toEqual(["audit:1", ...ofJobs("new")]);
});

describe("pruning the messages of a request that ended long ago", () => {
  /** Stores this request with its messages, and prunes; resolves to the keys that are kept. */
  async function keptOf({
    target = {},
    isPosted = true,
    ...patch
  }: Partial<NewChangeRequest> & {
    target?: TargetPatch;
    isPosted?: boolean;
  }): Promise<string[]> {
    const id = await insertRequest(store, { state: "done", decideBy: daysAgo(200), ...patch });
    const settled = { state: "verified", settledAt: daysAgo(200), ...target } as const;
    await store.uow.run((tx) => tx.requests.updateTarget(id, 0, settled));
    const keys = ["card", "announce", "asked", "alarm", "outcomes"];
    await post(
      keys.map((key) => (key === "card" ? `card:${id}` : `${key}:${id}:done`)),
      200,
      { isPosted },
    );
    const before = { draftsExpiredBefore: daysAgo(1), clicksBefore: daysAgo(100), postsBefore: daysAgo(100) };
    await store.uow.run((tx) => tx.upkeep.prune(before));
    return (await column("select split_part(key, ':', 1) from slack_posts order by key")) as string[];
  }
  const ALL = ["alarm", "announce", "asked", "card", "outcomes"];
  const intent = { at: daysAgo(200), deadlineAt: daysAgo(200) };

  test.each(["done", "denied", "cancelled", "expired"] as const)(
    "keeps the card alone if it is %s",
    async (state) => {
      expect(await keptOf({ state })).toEqual(["card"]);
    },
  );

  test.each<[string, Parameters<typeof keptOf>[0]]>([
    ["the request is pending", { state: "pending" }],
    ["the request is executing", { state: "executing" }],
    ["a target has an unknown outcome", { target: { state: "unknown" } }],
    ["a target is under way", { target: { state: "executing", intent } }],
    ["a target was settled lately", { target: { settledAt: daysAgo(1) } }],
    ["the time to decide ended lately", { decideBy: daysAgo(1), executeBy: daysAgo(200) }],
    ["the time to execute ended lately", { executeBy: daysAgo(1) }],
    ["they may or may not have been posted", { isPosted: false }],
  ])("keeps them all if %s", async (_why, options) => {
    expect(await keptOf(options)).toEqual(ALL);
  });
});

test("a start that stops all writes is audited each time, and the first one after it that doesn't", async () => {
  const noteStart = createNoteStart({ uow: store.uow, clock, policyHash: "p".repeat(64) });
  for (const readOnly of [false, true, true, false, false]) await noteStart(readOnly);
  expect(await auditKinds(store)).toEqual([
    "service.started_read_only",
    "service.started_read_only",
    "service.started_writing",
  ]);
});

test("a start that stops all writes, and the first that doesn't, bring the cards of open requests up to date", async () => {
  const open = [await giveRoles(store)];
  for (const state of REQUEST_STATES) {
    const id = await insertRequest(store, { state });
    if (["pending", "stale", "approved", "executing"].includes(state)) open.push(id);
  }
  const noteStart = createNoteStart({ uow: store.uow, clock, policyHash: "p".repeat(64) });
  for (const readOnly of [true, false, false]) await noteStart(readOnly);
  const shown = (await store.waiting()).flatMap((job) => (job.kind === "show_card" ? [job.requestId] : []));
  expect(shown.toSorted()).toEqual([...open, ...open].toSorted());
});

test("only the first of two replicas that start at once is told that the last start stopped all writes", async () => {
  await store.uow.run(({ upkeep }) => upkeep.noteStart(true));
  const second = await inTurns(
    store,
    async ({ upkeep }, untilOtherWaits) => {
      expect(await upkeep.noteStart(false)).toBe(true);
      await untilOtherWaits();
    },
    ({ upkeep }) => upkeep.noteStart(false),
  );
  expect(second).toBe(false);
});
