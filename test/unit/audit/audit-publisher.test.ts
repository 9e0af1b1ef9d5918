import { expect, it } from "vitest";
import {
  type AuditEntry,
  createAuditPublisher,
  EMPTY_CHAIN,
  EntriesRefusedError,
  link,
  MOST_REFUSALS,
} from "../../../src/audit/index.ts";

function entries(count: number): AuditEntry[] {
  const made: AuditEntry[] = [];
  for (let seq = 1; seq <= count; seq++) {
    made.push(
      link(made.at(-1) ?? EMPTY_CHAIN, {
        kind: "subject.looked_up",
        at: new Date(seq),
        actor: "bot",
        requestId: null,
        subject: null,
        policyHash: null,
        details: {},
      }),
    );
  }
  return made;
}

/** A queue in memory, and a sink that records its batches. `fail` gives the error of a batch. */
function publishing(
  waiting: AuditEntry[],
  {
    fail = () => null,
    refusals = 0,
    failPlaceholder = null,
  }: { fail?: (seqs: number[]) => Error | null; refusals?: number; failPlaceholder?: Error | null } = {},
) {
  const batches: number[][] = [];
  const placeholders: [number, string][] = [];
  const told: string[] = [];
  const publish = createAuditPublisher({
    queue: {
      async withNext(limit, work) {
        const next = waiting.slice(0, limit);
        if (next.length === 0) return false;
        await work(next, refusals);
        waiting.splice(0, next.length);
        return next.length === limit;
      },
    },
    sink: {
      async publish(batch) {
        const seqs = batch.map(({ seq }) => seq);
        const failure = fail(seqs);
        if (failure) throw failure;
        batches.push(seqs);
      },
      async publishPlaceholder({ seq }, code) {
        if (failPlaceholder) throw failPlaceholder;
        placeholders.push([seq, code]);
      },
    },
    onDelivered: () => void told.push("delivered"),
    onBlocked: (error) => void told.push(String(error)),
  });
  return { publish, batches, placeholders, told };
}

it("every entry is published in order, at most eight at a time", async () => {
  const { publish, batches, told } = publishing(entries(10));
  await publish();
  expect(batches).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8],
    [9, 10],
  ]);
  expect(new Set(told)).toEqual(new Set(["delivered"]));
});

it("entries that the sink did not take stay in the queue, and the failure is told", async () => {
  const waiting = entries(12);
  const fail = (seqs: number[]) => (seqs.includes(11) ? new Error("Slack is away.") : null);
  const { publish, batches, told } = publishing(waiting, { fail });
  await expect(publish()).rejects.toThrow("Slack is away.");
  expect(batches).toHaveLength(1);
  expect(waiting.map(({ seq }) => seq)).toEqual([9, 10, 11, 12]);
  expect(told.at(-1)).toBe("Error: Slack is away.");
});

it("a single entry is replaced by a placeholder at the twentieth refusal of its content", async () => {
  const fail = () => new EntriesRefusedError("invalid_blocks");
  const before = publishing(entries(1), { fail, refusals: MOST_REFUSALS - 2 });
  await expect(before.publish()).rejects.toThrow(EntriesRefusedError);
  expect(before.placeholders).toEqual([]);
  const last = publishing(entries(1), { fail, refusals: MOST_REFUSALS - 1 });
  await last.publish();
  expect(last.placeholders).toEqual([[1, "invalid_blocks"]]);
});

it.each([
  ["a failure that is no refusal", 1, new Error("is_archived")],
  [
    "a refusal of a batch, because the refused entry is unknown",
    2,
    new EntriesRefusedError("invalid_blocks"),
  ],
])("no entry is replaced at %s", async (_at, count, error) => {
  const { publish, placeholders } = publishing(entries(count), { fail: () => error, refusals: 1_000 });
  await expect(publish()).rejects.toThrow(error);
  expect(placeholders).toEqual([]);
});

it("a delivery is told as soon as its message is posted, even if the next one is refused", async () => {
  const { publish, told } = publishing(entries(10), {
    fail: ([first]) => (first === 9 ? new Error("no answer") : null),
  });
  await expect(publish()).rejects.toThrow("no answer");
  expect(told).toEqual(["delivered", "Error: no answer"]);
});

it("an empty queue is told as a delivery, because another replica may have published it", async () => {
  const { publish, batches, told } = publishing([]);
  await publish();
  expect(batches).toEqual([]);
  expect(told).toEqual(["delivered"]);
});

it("an entry stays in the queue if its placeholder can't be posted either", async () => {
  const waiting = entries(1);
  const { publish, told } = publishing(waiting, {
    fail: () => new EntriesRefusedError("invalid_blocks"),
    refusals: MOST_REFUSALS - 1,
    failPlaceholder: new Error("is_archived"),
  });
  await expect(publish()).rejects.toThrow("is_archived");
  expect(waiting).toHaveLength(1);
  expect(told).toEqual(["Error: is_archived"]);
});
