import { describe, expect, test } from "vitest";
import type { RenewedTarget } from "../../src/change-requests/index.ts";
import { snapshotOf } from "../../src/change-requests/model/snapshot.ts";
import { someFacts } from "../support/domain-objects.ts";
import { insertRequest, readRequest, targetsOf } from "../support/stored-rows.ts";
import { useTestStore } from "../support/use-store.ts";

const store = useTestStore();

const BEFORE = someFacts();
const NOW = someFacts({ roles: [{ id: "desktop-user", name: "Desktop User" }] });
const MADE_AT = new Date("2026-11-01T09:00:00Z");

function renewed(renewal: number, facts = NOW): RenewedTarget {
  const takenAt = new Date(MADE_AT.getTime() + renewal * 3_600_000);
  return { renewal, takenAt, facts, snapshot: snapshotOf("deactivate", facts), slackUserIds: ["U0NADIA2"] };
}

/** Makes a request as this version does, or as a version without the table of snapshots does. */
async function stale({ byEarlierVersion = false, renewals = 0 } = {}): Promise<number> {
  const id = await insertRequest(store, { state: "stale", createdAt: MADE_AT });
  if (renewals > 0) await store.uow.run((tx) => tx.requests.update(id, { renewals }));
  if (byEarlierVersion)
    await store.database.lockPool.query("delete from snapshots where request_id = $1", [id]);
  return id;
}

async function snapshotsOf(id: number): Promise<unknown[]> {
  const { rows } = await store.database.lockPool.query(
    "select * from snapshots where request_id = $1 order by position, renewal",
    [id],
  );
  return rows;
}

function row(requestId: number, renewal: number, facts: typeof NOW, takenAt: Date | null) {
  const slackUserIds = facts === BEFORE ? ["U0NADIA"] : ["U0NADIA2"];
  return {
    request_id: requestId,
    position: 0,
    renewal,
    facts,
    snapshot: snapshotOf("deactivate", facts),
    slack_user_ids: slackUserIds,
    taken_at: takenAt,
  };
}

describe("the snapshots of a request", () => {
  test("begin with one for each target, taken when the request was made", async () => {
    const targets = targetsOf("a", "b", "c");
    const id = await insertRequest(store, { createdAt: MADE_AT, targets });
    expect(await snapshotsOf(id)).toEqual(
      targets.map(({ position, facts }) => ({
        ...row(id, 0, BEFORE, MADE_AT),
        position,
        facts,
        snapshot: snapshotOf("deactivate", facts),
      })),
    );
  });

  test("get one more with each renewal, which is the target's own, and keep the earlier ones", async () => {
    const id = await stale();
    await store.uow.run((tx) => tx.requests.renewTarget(id, 0, renewed(1)));
    await store.uow.run((tx) => tx.requests.renewTarget(id, 0, renewed(2, BEFORE)));
    const { takenAt: first } = renewed(1);
    const { takenAt: second } = renewed(2);
    expect(await snapshotsOf(id)).toEqual([
      row(id, 0, BEFORE, MADE_AT),
      row(id, 1, NOW, first),
      { ...row(id, 2, BEFORE, second), slack_user_ids: ["U0NADIA2"] },
    ]);
    const { facts, snapshot, slackUserIds } = renewed(2, BEFORE);
    expect((await readRequest(store, id)).targets).toMatchObject([{ facts, snapshot, slackUserIds }]);
  });

  test("stay as they were if the transaction of the renewal fails", async () => {
    const id = await stale();
    const renewal = store.uow.run(async (tx) => {
      await tx.requests.renewTarget(id, 0, renewed(1));
      throw new Error("It failed.");
    });
    await expect(renewal).rejects.toThrow("It failed.");
    expect(await snapshotsOf(id)).toEqual([row(id, 0, BEFORE, MADE_AT)]);
    expect((await readRequest(store, id)).targets).toMatchObject([{ facts: BEFORE }]);
  });

  test.each([
    ["made", 0, MADE_AT],
    ["renewed", 1, null],
  ] as const)(
    "include the one with which an earlier version %s the request",
    async (_how, renewals, takenAt) => {
      const id = await stale({ byEarlierVersion: true, renewals });
      const next = renewed(renewals + 1);
      await store.uow.run((tx) => tx.requests.renewTarget(id, 0, next));
      expect(await snapshotsOf(id)).toEqual([
        row(id, renewals, BEFORE, takenAt),
        row(id, renewals + 1, NOW, next.takenAt),
      ]);
    },
  );

  test("are deleted with their target", async () => {
    const id = await stale();
    await store.database.lockPool.query("delete from targets where request_id = $1", [id]);
    expect(await snapshotsOf(id)).toEqual([]);
  });
});
