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

/** A queue in memory, and a sink that notes the batches it was given; `fail` says why it takes none of a batch. */
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

it("brings every entry to the sink in order, at most eight at a time", async () => {
  const { publish, batches, told } = publishing(entries(10));
  await publish();
  expect(batches).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8],
    [9, 10],
  ]);
  expect(new Set(told)).toEqual(new Set(["delivered"]));
});

it("fails with the sink, and leaves what it did not take for the next time", async () => {
  const waiting = entries(12);
  const fail = (seqs: number[]) => (seqs.includes(11) ? new Error("Slack is away.") : null);
  const { publish, batches, told } = publishing(waiting, { fail });
  await expect(publish()).rejects.toThrow("Slack is away.");
  expect(batches).toHaveLength(1);
  expect(waiting.map(({ seq }) => seq)).toEqual([9, 10, 11, 12]);
  expect(told.at(-1)).toBe("Error: Slack is away.");
});

it("replaces a single entry by a placeholder at the twentieth refusal of its content, and not before", async () => {
  const fail = () => new EntriesRefusedError("invalid_blocks");
  const before = publishing(entries(1), { fail, refusals: MOST_REFUSALS - 2 });
  await expect(before.publish()).rejects.toThrow(EntriesRefusedError);
  expect(before.placeholders).toEqual([]);
  const last = publishing(entries(1), { fail, refusals: MOST_REFUSALS - 1 });
  await last.publish();
  expect(last.placeholders).toEqual([[1, "invalid_blocks"]]);
});

it("replaces no entry at any other failure, however often the content was refused before", async () => {
  const fail = () => new Error("is_archived");
  const { publish, placeholders } = publishing(entries(1), { fail, refusals: 1_000 });
  await expect(publish()).rejects.toThrow("is_archived");
  expect(placeholders).toEqual([]);
});

it("replaces no entry of a batch: which of them is refused isn't known", async () => {
  const fail = () => new EntriesRefusedError("invalid_blocks");
  const { publish, placeholders } = publishing(entries(2), { fail, refusals: 1_000 });
  await expect(publish()).rejects.toThrow(EntriesRefusedError);
  expect(placeholders).toEqual([]);
});

it("tells of a delivery as soon as a message stands, though the next is refused", async () => {
  const { publish, told } = publishing(entries(10), {
    fail: ([first]) => (first === 9 ? new Error("no answer") : null),
  });
  await expect(publish()).rejects.toThrow("no answer");
  expect(told).toEqual(["delivered", "Error: no answer"]);
});

it("tells that nothing is left to deliver, also if another replica delivered it", async () => {
  const { publish, batches, told } = publishing([]);
  await publish();
  expect(batches).toEqual([]);
  expect(told).toEqual(["delivered"]);
});

it("fails if the placeholder of an entry can't be posted either, and tells why", async () => {
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
