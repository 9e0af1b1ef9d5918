import { expect, it } from "vitest";
import { type AuditEntry, createAuditPublisher, EMPTY_CHAIN, link } from "../../../src/audit/index.ts";

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

/** A queue in memory, and a sink that notes the batches it was given. */
function publishing(waiting: AuditEntry[]) {
  const batches: number[][] = [];
  const publish = createAuditPublisher({
    queue: {
      async withNext(limit, work) {
        const next = waiting.slice(0, limit);
        if (next.length === 0) return false;
        await work(next);
        waiting.splice(0, next.length);
        return next.length === limit;
      },
    },
    sink: {
      async publish(batch) {
        if (batch.some(({ seq }) => seq === 11)) throw new Error("Slack is away.");
        batches.push(batch.map(({ seq }) => seq));
      },
    },
  });
  return { publish, batches };
}

it("brings every entry to the sink in order, at most eight at a time", async () => {
  const { publish, batches } = publishing(entries(10));
  await publish();
  expect(batches).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8],
    [9, 10],
  ]);
});

it("fails with the sink, and leaves what it did not take for the next time", async () => {
  const waiting = entries(12);
  const { publish, batches } = publishing(waiting);
  await expect(publish()).rejects.toThrow("Slack is away.");
  expect(batches).toHaveLength(1);
  expect(waiting.map(({ seq }) => seq)).toEqual([9, 10, 11, 12]);
});
