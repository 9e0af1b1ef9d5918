import { canonicalJson, type Json, sha256 } from "../kernel/canonical-json.ts";
import type { AuditEntry, AuditEvent } from "./audit-entry.ts";

/** What stands where the first entry's predecessor would. */
export const GENESIS_HASH = "0".repeat(64);

/** The place at the end of the chain that a new entry takes. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: GENESIS_HASH };

/** Gives an event its place behind `head`. */
export function link(head: ChainHead, event: AuditEvent): AuditEntry {
  const seq = head.seq + 1;
  const prevHash = head.hash;
  return { ...event, seq, prevHash, hash: hashOf(seq, prevHash, event) };
}

/** A break of the chain: what is wrong, at which entry. */
export interface ChainFault {
  readonly seq: number;
  readonly fault: string;
}

/** Where the chain stands after the last sound entry, and every fault found. */
export interface ChainReport {
  readonly head: ChainHead;
  readonly faults: readonly ChainFault[];
}

/** Checks entries in their order against each other, from `start` on. */
export async function verifyChain(
  entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>,
  start: ChainHead = EMPTY_CHAIN,
): Promise<ChainReport> {
  let head = start;
  const faults: ChainFault[] = [];
  for await (const entry of entries) {
    const { seq } = entry;
    if (seq !== head.seq + 1) faults.push({ seq, fault: `entry ${head.seq + 1} is missing` });
    if (entry.prevHash !== head.hash) faults.push({ seq, fault: "does not continue the entry before it" });
    if (entry.hash !== hashOf(seq, entry.prevHash, entry)) faults.push({ seq, fault: "was altered" });
    head = { seq, hash: entry.hash };
  }
  return { head, faults };
}

function hashOf(seq: number, prevHash: string, event: AuditEvent): string {
  const { kind, at, actor, requestId, subject, policyHash, details } = event;
  const person: Json = actor === "bot" ? "bot" : { slackUserId: actor.slackUserId, email: actor.email };
  return sha256(
    canonicalJson({
      seq,
      prevHash,
      kind,
      at: at.toISOString(),
      actor: person,
      requestId,
      subject,
      policyHash,
      details,
    }),
  );
}
