import { expect, test } from "vitest";
import type { BulkDraft, Draft, Job } from "../../src/change-requests/index.ts";
import { someDecision, someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { useQueueStore } from "../support/use-store.ts";

/** PostgreSQL refuses the first in text, and both in jsonb. */
const TYPED = "a\0b\uD83Dc";
const STORED = "a\uFFFDb\uFFFDc";
const PLACE = { channelId: "C0APPROVE", threadTs: null };
const OPENER = { slackUserId: "U0MAYA", email: TYPED };
const EXPIRES = new Date("2026-11-30T10:00:00Z");

const store = useQueueStore();

test("a request is stored whatever its texts, its subject's and its decisions' hold", async () => {
  const facts = someFacts({ displayName: TYPED, orgName: TYPED });
  const { id } = await store.uow.run(async (tx) => {
    const request = await tx.requests.insert(
      someNewRequest({
        ...{ reason: TYPED, ticket: TYPED, peopleAsked: [TYPED] },
        targets: [someTarget({ facts, displayName: TYPED, outstandingRoleIds: [TYPED] })],
      }),
    );
    await tx.requests.addDecision(request.id, someDecision({ verdict: "denial", reason: TYPED }));
    await tx.requests.updateTarget(request.id, 0, { explanation: TYPED });
    return request;
  });
  const stored = await store.uow.run((tx) => tx.requests.get(id));
  expect(stored).toMatchObject({
    ...{ reason: STORED, ticket: STORED, peopleAsked: [STORED] },
    decisions: [{ reason: STORED }],
  });
  expect(stored?.targets[0]).toMatchObject({
    displayName: STORED,
    outstandingRoleIds: [STORED],
    explanation: STORED,
    facts: { displayName: STORED, orgName: STORED },
  });
});

test("a draft is stored whatever was typed and read", async () => {
  const draft: Draft = {
    id: crypto.randomUUID(),
    opener: OPENER,
    place: PLACE,
    who: TYPED,
    kind: "move",
    emergency: false,
    facts: null,
    slackUserIds: [],
    roleOptions: [{ id: "r", name: TYPED }],
    orgOptions: [{ guid: "g", name: TYPED, parent: TYPED, active: true }],
    undo: null,
    requestId: null,
    expiresAt: EXPIRES,
  };
  await store.uow.run((tx) => tx.drafts.insert(draft));
  expect(await store.uow.run((tx) => tx.drafts.lock(draft.id))).toMatchObject({
    opener: { email: STORED },
    who: STORED,
    roleOptions: [{ name: STORED }],
    orgOptions: [{ name: STORED, parent: STORED }],
  });
});

test("a bulk is stored whatever was pasted", async () => {
  const id = crypto.randomUUID();
  const input = { text: TYPED, fileId: null, roles: [TYPED], viewId: "V1" };
  const draft = { id, opener: OPENER, place: PLACE, kind: "add_roles", input: null, reading: null } as const;
  await store.uow.run(async (tx) => {
    await tx.bulkDrafts.insert({ ...draft, requestId: null, expiresAt: EXPIRES } satisfies BulkDraft);
    await tx.bulkDrafts.update(id, { input });
  });
  const stored = await store.uow.run((tx) => tx.bulkDrafts.lock(id));
  expect(stored?.input).toEqual({ ...input, text: STORED, roles: [STORED] });
});

test("a freeze is stored whatever its reason holds", async () => {
  const at = new Date("2026-11-29T10:00:00Z");
  await store.uow.run((tx) => tx.freeze.set({ by: OPENER, at, reason: TYPED }));
  expect(await store.uow.read(({ freeze }) => freeze.read())).toMatchObject({ reason: STORED });
  await store.uow.run((tx) => tx.freeze.set(null));
});

test("a job is left whatever its texts hold", async () => {
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
