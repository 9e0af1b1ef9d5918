import type { AuditEntry, AuditEvent } from "./audit-entry.ts";

/** Where events are written: always within the transaction of the change they tell of. */
export interface AuditLog {
  /** Puts an event behind those before it; it takes its place in the chain when the transaction is about to commit. */
  append(event: AuditEvent): Promise<void>;
}

/** Where entries are read back from. */
export interface AuditReader {
  /** Every entry in order, a page at a time. */
  all(): AsyncIterable<AuditEntry>;
}
