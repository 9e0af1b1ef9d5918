import fc from "fast-check";
import { describe, expect, it } from "vitest";
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

function chainOf(events: readonly (readonly [AuditEvent, string | null])[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const [each, correlationId] of events)
    entries.push(link(entries.at(-1) ?? EMPTY_CHAIN, each, { correlationId }));
  return entries;
}

const sampled = (length: number) => chainOf(fc.sample(linked, length));

describe("the verification of the chain", () => {
  it("a chain as it was made has no fault, and ends with its last entry", async () => {
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

  it.each<[string, (entries: AuditEntry[], at: number, other: AuditEvent) => AuditEntry[]]>([
    ["has a new hash", (entries, at, other) => entries.with(at, link(entries[at - 1] ?? EMPTY_CHAIN, other))],
    ["is removed", (entries, at) => entries.toSpliced(at, 1)],
    [
      "is inserted",
      (entries, at, other) => entries.toSpliced(at, 0, link(entries[at - 1] ?? EMPTY_CHAIN, other)),
    ],
    [
      "is swapped with the next one",
      (entries, at) => entries.toSpliced(at, 2, ...entries.slice(at, at + 2).toReversed()),
    ],
  ])("an entry that %s is found if the last hash was kept", async (_how, change) => {
    await fc.assert(
      fc.asyncProperty(chain, fc.nat(), event, async (entries, at, other) => {
        const changed = change(entries, at % entries.length, other);
        const hashes = (of: readonly AuditEntry[]) => of.map(({ hash }) => hash).join();
        fc.pre(hashes(changed) !== hashes(entries));
        const { head, faults } = await verifyChain(changed);
        expect(faults.length > 0 || head.hash !== entries.at(-1)?.hash).toBe(true);
      }),
    );
  });

  it("the chain begins with entry 1 behind 64 zeros, and numbers its entries without gaps", () => {
    const entries = sampled(3);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(entries[0]?.prevHash).toBe(GENESIS_HASH);
    expect(GENESIS_HASH).toMatch(/^0{64}$/);
  });

  it("a later part of the chain is verified against the entry before it", async () => {
    const entries = sampled(4);
    expect((await verifyChain(entries.slice(2), entries[1])).faults).toEqual([]);
    const { faults } = await verifyChain(entries.slice(3), entries[1]);
    expect(faults).toContainEqual({ seq: 4, fault: "comes after a gap: entry 3 is missing" });
  });

  it("every fault is named, and not only the first", async () => {
    const altered = sampled(5).map((entry) =>
      entry.seq % 2 === 0 ? { ...entry, subject: "another" } : entry,
    );
    expect((await verifyChain(altered)).faults.map(({ seq }) => seq)).toEqual([2, 4]);
  });

  const [first, second] = sampled(2) as [AuditEntry, AuditEntry];
  it.each([
    ["a gap", { seq: 2, hash: first.hash }, [{ seq: 3, fault: "comes after a gap: entry 2 is missing" }]],
    [
      "the same number",
      { seq: 0, hash: first.hash },
      [{ seq: 1, fault: "comes after a gap: entry 2 is missing" }],
    ],
    [
      "another entry",
      { seq: 1, hash: "c".repeat(64) },
      [{ seq: 2, fault: "does not have the hash of the entry before it" }],
    ],
  ])("an entry behind %s is a fault", async (_what, head, faults) => {
    expect((await verifyChain([first, link(head, second)])).faults).toEqual(faults);
  });
});
