import type { AuditEntry, AuditEvent } from "./audit-entry.ts";

/** Where events are written: always within the transaction of the change they tell of. */
export interface AuditLog {
  append(event: AuditEvent): Promise<AuditEntry>;
}

/** Where entries are read back from. */
export interface AuditReader {
  /** Every entry in order, a page at a time. */
  all(): AsyncIterable<AuditEntry>;
}
