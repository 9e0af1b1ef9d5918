import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type AuditEntry,
  type AuditEvent,
  EMPTY_CHAIN,
  GENESIS_HASH,
  link,
  verifyChain,
} from "../../../src/audit/index.ts";
import type { Json } from "../../../src/kernel/canonical-json.ts";

const text = fc.string();
const actor = fc.oneof(fc.constant("bot" as const), fc.record({ slackUserId: text, email: fc.option(text) }));
const event: fc.Arbitrary<AuditEvent> = fc.record({
  kind: fc.constantFrom("subject.looked_up", "request.created", "request.done"),
  at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") }),
  actor,
  requestId: fc.option(text),
  subject: fc.option(text),
  policyHash: fc.option(text),
  details: fc.dictionary(text, fc.jsonValue() as fc.Arbitrary<Json>), // JSON by construction
});
const linked = fc.tuple(event, fc.option(fc.uuid()));
const chain = fc.array(linked, { minLength: 2, maxLength: 8 }).map(chainOf);
const anywhere = fc.nat();

function chainOf(events: readonly (readonly [AuditEvent, string | null])[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const [each, correlationId] of events)
    entries.push(link(entries.at(-1) ?? EMPTY_CHAIN, each, { correlationId }));
  return entries;
}

/** Whether somebody who kept the last hash would notice what was done to the chain. */
async function isNoticed(before: readonly AuditEntry[], after: readonly AuditEntry[]): Promise<boolean> {
  const { head, faults } = await verifyChain(after);
  return faults.length > 0 || head.hash !== before.at(-1)?.hash;
}

/** What an entry says, its hash left out. */
const FIELDS = ["kind", "at", "actor", "requestId", "subject", "policyHash", "details", "prevHash"] as const;

it("finds no fault in a chain as it was made, and says where it ends", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(linked, { maxLength: 8 }), async (events) => {
      const entries = chainOf(events);
      const last = entries.at(-1);
      expect(await verifyChain(entries)).toEqual({
        head: last ? { seq: last.seq, hash: last.hash } : EMPTY_CHAIN,
        faults: [],
      });
    }),
  );
});

it("finds any alteration of any entry", async () => {
  await fc.assert(
    fc.asyncProperty(
      chain,
      anywhere,
      event,
      fc.constantFrom(...FIELDS),
      async (entries, at, other, field) => {
        const index = at % entries.length;
        const entry = entries[index] as AuditEntry;
        const value = field === "prevHash" ? "f".repeat(64) : other[field];
        fc.pre(JSON.stringify(value) !== JSON.stringify(entry[field]));
        const altered = entries.with(index, { ...entry, [field]: value });
        expect((await verifyChain(altered)).faults).toContainEqual({ seq: entry.seq, fault: "was altered" });
      },
    ),
  );
});

it("finds any alteration of an entry's correlation id, also one that was removed or added", async () => {
  const id = fc.option(fc.oneof(fc.uuid(), fc.constant("")));
  await fc.assert(
    fc.asyncProperty(chain, anywhere, id, async (entries, at, correlationId) => {
      const index = at % entries.length;
      const entry = entries[index] as AuditEntry;
      fc.pre(correlationId !== entry.correlationId);
      const altered = entries.with(index, { ...entry, correlationId });
      expect((await verifyChain(altered)).faults).toEqual([{ seq: entry.seq, fault: "was altered" }]);
    }),
  );
});

it("finds an alteration whose hash was computed anew", async () => {
  await fc.assert(
    fc.asyncProperty(chain, anywhere, event, async (entries, at, other) => {
      const index = at % entries.length;
      const entry = entries[index] as AuditEntry;
      const forged = link({ seq: entry.seq - 1, hash: entry.prevHash }, other);
      fc.pre(forged.hash !== entry.hash);
      expect(await isNoticed(entries, entries.with(index, forged))).toBe(true);
    }),
  );
});

it("finds a removed entry, also the last one, by the hash that was kept of it", async () => {
  await fc.assert(
    fc.asyncProperty(chain, anywhere, async (entries, at) => {
      expect(await isNoticed(entries, entries.toSpliced(at % entries.length, 1))).toBe(true);
    }),
  );
});

it("finds an inserted entry, however well it was made", async () => {
  await fc.assert(
    fc.asyncProperty(chain, anywhere, event, async (entries, at, other) => {
      const index = at % (entries.length + 1);
      const inserted = link(entries[index - 1] ?? EMPTY_CHAIN, other);
      expect(await isNoticed(entries, entries.toSpliced(index, 0, inserted))).toBe(true);
    }),
  );
});

it("finds two entries that were swapped", async () => {
  await fc.assert(
    fc.asyncProperty(chain, anywhere, anywhere, async (entries, a, b) => {
      const [first, second] = [a % entries.length, b % entries.length];
      fc.pre(first !== second);
      const swapped = entries
        .with(first, entries[second] as AuditEntry)
        .with(second, entries[first] as AuditEntry);
      expect((await verifyChain(swapped)).faults).not.toEqual([]);
    }),
  );
});

it("begins with entry 1 behind 64 zeros, and numbers without gaps", () => {
  const entries = chainOf(fc.sample(linked, 3));
  expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(entries[0]?.prevHash).toBe(GENESIS_HASH);
  expect(GENESIS_HASH).toMatch(/^0{64}$/);
});

it("checks a later part of the chain against the entry before it", async () => {
  const entries = chainOf(fc.sample(linked, 4));
  const start = entries[1] as AuditEntry;
  expect((await verifyChain(entries.slice(2), start)).faults).toEqual([]);
  expect((await verifyChain(entries.slice(3), start)).faults).toContainEqual({
    seq: 4,
    fault: "entry 3 is missing",
  });
});

it("names every fault, and not only the first", async () => {
  const entries = chainOf(fc.sample(linked, 5));
  const altered = entries.map((entry) =>
    entry.seq === 2 || entry.seq === 4 ? { ...entry, subject: "somebody else entirely" } : entry,
  );
  expect((await verifyChain(altered)).faults.map(({ seq }) => seq)).toEqual([2, 4]);
});
