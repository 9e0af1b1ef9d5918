import { canonicalJson, type Json, sha256 } from "../kernel/canonical-json.ts";
import { storable } from "../kernel/storable-text.ts";
import type { AuditEntry, AuditEvent } from "./audit-entry.ts";

/** The `prevHash` of the first entry. */
export const GENESIS_HASH = "0".repeat(64);

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: GENESIS_HASH };

/**
 * Makes the entry after `head`. Hashes texts as the database stores them, so that the hash of a stored entry is right.
 * @param options.correlationId the id of the work that caused the event; default `null`
 */
export function link(
  head: ChainHead,
  event: AuditEvent,
  { correlationId = null }: { correlationId?: string | null } = {},
): AuditEntry {
  const seq = head.seq + 1;
  const prevHash = head.hash;
  const { actor, requestId, subject, details } = event;
  const kept = { ...event, ...storable({ actor, requestId, subject, details }) };
  const entry = { ...kept, seq, prevHash, correlationId };
  return { ...entry, hash: hashOf(entry) };
}

export interface ChainReport {
  readonly head: ChainHead;
  readonly faults: readonly { readonly seq: number; readonly fault: string }[];
}

/** Verifies each entry after `start` against the one before it. */
export async function verifyChain(
  entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>,
  start: ChainHead = EMPTY_CHAIN,
): Promise<ChainReport> {
  let head = start;
  const faults: { seq: number; fault: string }[] = [];
  for await (const entry of entries) {
    const { seq } = entry;
    if (seq !== head.seq + 1)
      faults.push({ seq, fault: `comes after a gap: entry ${head.seq + 1} is missing` });
    if (entry.prevHash !== head.hash)
      faults.push({ seq, fault: "does not have the hash of the entry before it" });
    if (entry.hash !== hashOf(entry)) faults.push({ seq, fault: "was altered" });
    head = { seq, hash: entry.hash };
  }
  return { head, faults };
}

function hashOf(entry: Omit<AuditEntry, "hash">): string {
  const { seq, prevHash, kind, at, actor, requestId, subject, policyHash, details, correlationId } = entry;
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
      // Earlier versions hashed entries without this member.
      ...(correlationId === null ? {} : { correlationId }),
    }),
  );
}
