import { beforeAll, expect, test } from "vitest";
import { migrate } from "../../src/persistence/index.ts";
import { someNewRequest } from "../support/domain-objects.ts";
import { type Recording, readRecording, restoreTables } from "../support/restore-recording.ts";
import { insertRequest, readRequest } from "../support/stored-rows.ts";
import { useTestStore } from "../support/use-store.ts";

// Rows of an earlier version of the bot, written before a migration, or after it during a rolling update.

const store = useTestStore();
let recording: Recording;
beforeAll(async () => {
  recording = await readRecording("written-by-cb610e4");
  await restoreTables(store.connectionString, recording);
  await migrate(store.database);
});

const WITHOUT_ENTITLEMENT = { entitlement: null, onBehalfOf: null };

test("decisions of a version without entitlements are read without one, and stand", async () => {
  const rows = recording.tables.decisions ?? [];
  expect(rows.length).toBeGreaterThan(0);
  for (const { request_id, click_id, void: isVoid } of rows) {
    const { decisions } = await readRequest(store, Number(request_id));
    const decision = decisions.find(({ clickId }) => clickId === click_id);
    expect(decision).toMatchObject({ ...WITHOUT_ENTITLEMENT, void: isVoid });
  }
});

test("a decision that an earlier version stores now is read without an entitlement", async () => {
  const id = await insertRequest(store);
  await store.database.lockPool.query(
    `insert into decisions (request_id, click_id, approver_slack_id, verdict, snapshot_hash, decided_at)
     values ($1, gen_random_uuid(), 'U0THEO', 'approval', $2, now())`,
    [id, someNewRequest().snapshotHash],
  );
  expect((await readRequest(store, id)).decisions).toMatchObject([
    { ...WITHOUT_ENTITLEMENT, verdict: "approval", void: false },
  ]);
});
