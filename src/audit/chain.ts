import { canonicalJson, type Json, sha256 } from "../kernel/canonical-json.ts";
import { storableText } from "../kernel/storable-text.ts";
import type { AuditEntry, AuditEvent } from "./audit-entry.ts";

/** What stands where the first entry's predecessor would. */
export const GENESIS_HASH = "0".repeat(64);

/** The place at the end of the chain that a new entry takes. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: GENESIS_HASH };

/**
 * Gives an event its place behind `head`. Texts are taken as every database keeps them, or what is read back
 * would not be what was hashed. `correlationId` is the id of the work from which the event follows; default `null`: none.
 */
export function link(
  head: ChainHead,
  event: AuditEvent,
  { correlationId = null }: { correlationId?: string | null } = {},
): AuditEntry {
  const seq = head.seq + 1;
  const prevHash = head.hash;
  const { actor, requestId, subject, details } = event;
  const kept: AuditEvent = {
    ...event,
    actor:
      actor === "bot"
        ? actor
        : { slackUserId: storableText(actor.slackUserId), email: actor.email && storableText(actor.email) },
    requestId: requestId && storableText(requestId),
    subject: subject && storableText(subject),
    details: keptMembers(details),
  };
  const entry = { ...kept, seq, prevHash, correlationId };
  return { ...entry, hash: hashOf(entry) };
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
      // Earlier versions stored entries without one, and hashed them without this member.
      ...(correlationId === null ? {} : { correlationId }),
    }),
  );
}

function keptMembers(members: { readonly [key: string]: Json }): { [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => [storableText(key), keptJson(value)]),
  );
}

function keptJson(value: Json): Json {
  if (typeof value === "string") return storableText(value);
  if (value === null || typeof value !== "object") return value;
  return isList(value) ? value.map(keptJson) : keptMembers(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
