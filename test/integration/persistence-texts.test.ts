import { expect, test } from "vitest";
import type { Job } from "../../src/change-requests/index.ts";
import { someDecision, someFacts, someTarget } from "../support/domain-objects.ts";
import { someBulkDraft, someDraft } from "../support/draft-objects.ts";
import { insertRequest, readRequest } from "../support/stored-rows.ts";
import { useQueueStore } from "../support/use-store.ts";

/** PostgreSQL refuses the first text in a text column, and both texts in jsonb. */
const TYPED = "a\0b\uD83Dc";
const STORED = "a\uFFFDb\uFFFDc";
const PLACE = { channelId: "C0APPROVE", threadTs: null };
const OPENER = { slackUserId: "U0MAYA", email: TYPED };

const store = useQueueStore();

test("a request is stored with any characters in its texts, its subject's and its decisions'", async () => {
  const facts = someFacts({ displayName: TYPED, orgName: TYPED });
  const id = await insertRequest(store, {
    ...{ reason: TYPED, ticket: TYPED, peopleAsked: [TYPED] },
    targets: [someTarget({ facts, displayName: TYPED, outstandingRoleIds: [TYPED] })],
  });
  await store.uow.run(async (tx) => {
    await tx.requests.addDecision(id, someDecision({ verdict: "denial", reason: TYPED }));
    await tx.requests.updateTarget(id, 0, { explanation: TYPED });
  });
  const stored = await readRequest(store, id);
  expect(stored).toMatchObject({
    ...{ reason: STORED, ticket: STORED, peopleAsked: [STORED] },
    decisions: [{ reason: STORED }],
  });
  expect(stored.targets[0]).toMatchObject({
    displayName: STORED,
    outstandingRoleIds: [STORED],
    explanation: STORED,
    facts: { displayName: STORED, orgName: STORED },
  });
});

test("a form is stored with any characters that were typed or read", async () => {
  const draft = someDraft({
    opener: OPENER,
    who: TYPED,
    kind: "move",
    roleOptions: [{ id: "r", name: TYPED }],
    orgOptions: [{ guid: "g", name: TYPED, parent: TYPED, active: true }],
  });
  await store.uow.run((tx) => tx.drafts.insert(draft));
  expect(await store.uow.run((tx) => tx.drafts.lock(draft.id))).toMatchObject({
    opener: { email: STORED },
    who: STORED,
    roleOptions: [{ name: STORED }],
    orgOptions: [{ name: STORED, parent: STORED }],
  });
});

test("a bulk's form is stored with any characters that were pasted", async () => {
  const draft = someBulkDraft({ opener: OPENER, kind: "add_roles" });
  const input = { text: TYPED, fileId: null, roles: [TYPED], viewId: "V1" };
  await store.uow.run(async (tx) => {
    await tx.bulkDrafts.insert(draft);
    await tx.bulkDrafts.update(draft.id, { input });
  });
  const stored = await store.uow.run((tx) => tx.bulkDrafts.lock(draft.id));
  expect(stored?.input).toEqual({ ...input, text: STORED, roles: [STORED] });
});

test("a freeze is stored with any characters in its reason", async () => {
  const at = new Date("2026-11-29T10:00:00Z");
  await store.uow.run((tx) => tx.freeze.set({ by: OPENER, at, reason: TYPED }));
  expect(await store.uow.read(({ freeze }) => freeze.read())).toMatchObject({ reason: STORED });
});

test("a job is enqueued with any characters in its texts", async () => {
  const click = { clickId: crypto.randomUUID(), requestId: 1, slackUserId: "U0THEO", place: PLACE };
  const job: Job = {
    kind: "decide",
    click: { ...click, verdict: "denial", reason: TYPED, shownSnapshot: TYPED },
  };
  await store.uow.run((tx) => tx.jobs.enqueue(job));
  const { rows } = await store.database.pool.query(
    "select data->'click'->>'reason' as reason from pgboss.job where name = 'decide'",
  );
  expect(rows).toEqual([{ reason: STORED }]);
});
