import { expect, test } from "vitest";
import {
  type AuditSink,
  createAuditPublisher,
  EntriesRefusedError,
  type PublicationQueue,
} from "../../src/audit/index.ts";
import { createPublicationQueue, readAuditBacklog } from "../../src/persistence/index.ts";
import { someAuditEvent } from "../support/stored-rows.ts";
import type { Replica } from "../support/test-store.ts";
import { hold } from "../support/turns.ts";
import { useNewStores, useOpened } from "../support/use-store.ts";

const store = useNewStores();
const other = useOpened(async () => store.openReplica(), { each: true });

function queueOf({ database, withLock }: Replica): PublicationQueue {
  return createPublicationQueue(database.db, (work) => withLock("audit publication", work));
}

async function append(count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await store.uow.run((tx) => tx.audit.append(someAuditEvent({ at: new Date(), details: { index } })));
}

/** A publisher on a replica. */
function publisherOf(replica: Replica, sink: Partial<AuditSink>): () => Promise<void> {
  const publishPlaceholder = () => Promise.reject(new Error("no single entry is refused"));
  return createAuditPublisher({
    queue: queueOf(replica),
    sink: { publish: async () => {}, publishPlaceholder, ...sink },
    onDelivered: () => {},
    onBlocked: () => {},
  });
}

/**
 * Publishes the next entries; resolves to their numbers. Expects the right answer about whether more entries follow.
 */
async function next(replica: Replica, limit: number, mayBeMore = false): Promise<number[]> {
  const numbers: number[] = [];
  const saysMore = await queueOf(replica).withNext(limit, async (entries) => {
    numbers.push(...entries.map(({ seq }) => seq));
  });
  expect(saysMore).toBe(mayBeMore);
  return numbers;
}

test("entries are handed over oldest first, at most as many as asked for, each once", async () => {
  await append(5);
  expect(await next(store, 3, true)).toEqual([1, 2, 3]);
  expect(await next(other, 3)).toEqual([4, 5]);
  expect(await next(store, 3)).toEqual([]);
});

test("two publishers at once, while entries come in, post each entry once and in order", async () => {
  const posted: number[] = [];
  const post: AuditSink["publish"] = async (entries) => void posted.push(...entries.map(({ seq }) => seq));
  await append(10);
  const slow = await hold((pause) =>
    publisherOf(store, {
      publish: async (entries) => {
        await pause();
        await post(entries);
      },
    })(),
  );
  const quick = publisherOf(other, { publish: post })();
  await store.untilWaitedFor();
  await append(20);
  await Promise.all([slow.letGo(), quick]);
  expect(posted).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});

test("a batch that was not recorded as posted is cut the same again, though more has come since", async () => {
  await append(3);
  const handed: number[][] = [];
  const crashing = queueOf(store).withNext(8, async (entries) => {
    handed.push(entries.map(({ seq }) => seq));
    throw new Error("killed between posting and recording");
  });
  await expect(crashing).rejects.toThrow("killed between posting and recording");
  await append(10);
  expect(await next(other, 8, true)).toEqual(handed[0]);
  expect(await next(other, 8, true)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
});

test("a smaller batch that was begun stays as it is, however many entries are asked for later", async () => {
  await append(6);
  const crashing = queueOf(store).withNext(2, () => Promise.reject(new Error("killed")));
  await expect(crashing).rejects.toThrow("killed");
  expect(await next(store, 8, true)).toEqual([1, 2]);
  expect(await next(store, 8)).toEqual([3, 4, 5, 6]);
});

test("a batch whose content is refused is cut to its first entry at once, and the entries behind it keep their order", async () => {
  await append(10);
  const handed: number[][] = [];
  const publish = publisherOf(store, {
    publish: async (entries) => {
      const seqs = entries.map(({ seq }) => seq);
      handed.push(seqs);
      if (seqs.length > 1 && seqs.includes(3)) throw new EntriesRefusedError("msg_blocks_too_long");
    },
  });
  await publish();
  expect(handed).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8],
    [1],
    [2, 3, 4, 5, 6, 7, 8, 9],
    [2],
    [3, 4, 5, 6, 7, 8, 9, 10],
    [3],
    [4, 5, 6, 7, 8, 9, 10],
  ]);
});

test("a single entry that is refused is tried 20 times, on whichever replica, before it is replaced", async () => {
  await append(2);
  const posted: (number | string)[] = [];
  const refusing: AuditSink = {
    publish: async (entries) => {
      const seqs = entries.map(({ seq }) => seq);
      if (seqs.includes(1)) throw new EntriesRefusedError("invalid_blocks");
      posted.push(...seqs);
    },
    publishPlaceholder: async ({ seq }, code) => void posted.push(`${seq} ${code}`),
  };
  for (let time = 1; time < 20; time += 1)
    await expect(publisherOf(time % 2 === 0 ? store : other, refusing)()).rejects.toThrow(
      EntriesRefusedError,
    );
  expect(posted).toEqual([]);
  await publisherOf(store, refusing)();
  expect(posted).toEqual(["1 invalid_blocks", 2]);
});

test("other failures don't count as refusals, and the refusals of the next entry are counted from zero", async () => {
  await append(1);
  const seen: number[] = [];
  const failWith = (error: Error | null) =>
    queueOf(store).withNext(8, async (_entries, refusals) => {
      seen.push(refusals);
      if (error) throw error;
    });
  const refused = new EntriesRefusedError("invalid_blocks");
  await expect(failWith(refused)).rejects.toBe(refused);
  await expect(failWith(new Error("is_archived"))).rejects.toThrow("is_archived");
  await expect(failWith(refused)).rejects.toBe(refused);
  await failWith(null);
  await append(1);
  await failWith(null);
  expect(seen).toEqual([0, 1, 1, 2, 0]);
});

test("the backlog counts the entries that are not yet published, with the time of the oldest", async () => {
  const { db } = store.database;
  expect(await readAuditBacklog(db)).toEqual({ count: 0, oldestAt: null });
  await append(3);
  const { rows } = await store.database.pool.query("select at from audit_entries order by seq");
  expect(await readAuditBacklog(db)).toEqual({ count: 3, oldestAt: rows[0].at });
  await next(store, 2, true);
  expect(await readAuditBacklog(db)).toEqual({ count: 1, oldestAt: rows[2].at });
});
