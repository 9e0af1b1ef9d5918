import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { someFacts } from "../support/domain-objects.ts";
import { someBulkDraft, someDraft } from "../support/draft-objects.ts";
import { insertRequest } from "../support/stored-rows.ts";
import { inTurns } from "../support/turns.ts";
import { useQueueStore } from "../support/use-store.ts";

const store = useQueueStore();

test("a form that is filled in changes only what a patch names, without any other form", async () => {
  const [first, second] = [someDraft({ id: randomUUID() }), someDraft({ id: randomUUID() })];
  const [firstBulk, secondBulk] = [someBulkDraft({ id: randomUUID() }), someBulkDraft({ id: randomUUID() })];
  const patch = {
    who: "nadia",
    kind: "add_roles",
    facts: someFacts(),
    slackUserIds: ["U0NADIA"],
    roleOptions: [{ id: "alert-emails", name: "Alert Emails" }],
  } as const;
  const read = await store.uow.run(async ({ drafts, bulkDrafts }) => {
    for (const each of [second, first]) await drafts.insert(each);
    for (const each of [secondBulk, firstBulk]) await bulkDrafts.insert(each);
    await drafts.update(first.id, { ...patch, openerUserId: "42" });
    await bulkDrafts.update(firstBulk.id, { openerUserId: "42" });
    return [
      await drafts.lock(first.id),
      await drafts.lock(second.id),
      await bulkDrafts.lock(firstBulk.id),
      await bulkDrafts.lock(secondBulk.id),
    ];
  });
  const opener = { ...first.opener, userId: "42" };
  expect(read).toEqual([{ ...first, ...patch, opener }, second, { ...firstBulk, opener }, secondBulk]);
});

test.each(["", "nonsense'", `${randomUUID()}'; drop table drafts; --`])(
  "no form is found by a hidden field with the id %j",
  async (id) => {
    const found = await store.uow.run(async (tx) => [await tx.drafts.lock(id), await tx.bulkDrafts.lock(id)]);
    expect(found).toEqual([null, null]);
  },
);

test("a form that is submitted twice at once leads to one request: the second submission waits", async () => {
  const [single, bulk] = [someDraft(), someBulkDraft()];
  const requestId = await insertRequest(store);
  await store.uow.run(async (tx) => {
    await tx.drafts.insert(single);
    await tx.bulkDrafts.insert(bulk);
  });
  const ofSingle = await inTurns(
    store,
    async ({ drafts }, untilOtherWaits) => {
      await drafts.lock(single.id);
      await untilOtherWaits();
      await drafts.update(single.id, { requestId });
    },
    ({ drafts }) => drafts.lock(single.id),
  );
  const ofBulk = await inTurns(
    store,
    async ({ bulkDrafts }, untilOtherWaits) => {
      await bulkDrafts.lock(bulk.id);
      await untilOtherWaits();
      await bulkDrafts.update(bulk.id, { requestId });
    },
    ({ bulkDrafts }) => bulkDrafts.lock(bulk.id),
  );
  expect([ofSingle?.requestId, ofBulk?.requestId]).toEqual([requestId, requestId]);
});

test("a click is carried out once, however often it is delivered, beside others", async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  const claims: boolean[] = [];
  for (const click of [first, second, first])
    claims.push(await store.uow.run((tx) => tx.clicks.claim(click, new Date())));
  expect(claims).toEqual([true, true, false]);
});
