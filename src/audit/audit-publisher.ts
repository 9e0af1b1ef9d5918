import type { AuditEntry } from "./audit-entry.ts";

/** Where published entries go; delivering the same batch twice must show it once. */
export interface AuditSink {
  publish(entries: readonly AuditEntry[]): Promise<void>;
}

/** What is still to be published, in order; one publisher at a time. */
export interface PublicationQueue {
  /**
   * Hands the next entries (at most `limit`, oldest first) to `publish` and records them as published when it
   * resolves; resolves to whether there may be more of which nobody would tell: each entry that the
   * bot appends has a job that publishes it. Others wait meanwhile.
   */
  withNext(limit: number, publish: (entries: readonly AuditEntry[]) => Promise<void>): Promise<boolean>;
}

/** Entries in one message of the audit channel. */
const BATCH = 8;

/** Makes the function that brings every unpublished entry to the sink, in order. */
export function createAuditPublisher(options: {
  queue: PublicationQueue;
  sink: AuditSink;
}): () => Promise<void> {
  const { queue, sink } = options;
  return async () => {
    while (await queue.withNext(BATCH, (entries) => sink.publish(entries)));
  };
}
