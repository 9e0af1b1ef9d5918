import { AppError } from "../kernel/errors.ts";
import type { AuditEntry } from "./audit-entry.ts";

/** Posts entries. A batch that is published twice must appear once. */
export interface AuditSink {
  /** @throws {EntriesRefusedError} if the message's content is refused; after any other error, a later try may succeed */
  publish(entries: readonly AuditEntry[]): Promise<void>;
  /** Posts only the number and the hash of an entry with refused content, and the code of the refusal. */
  publishPlaceholder(entry: AuditEntry, code: string): Promise<void>;
}

/** The audit channel refused the content of a message with entries, and shows nothing of it. */
export class EntriesRefusedError extends AppError<"entries_refused"> {
  /** The code of the refusal, such as `invalid_blocks`. */
  readonly refusal: string;

  constructor(refusal: string, options?: ErrorOptions) {
    super("entries_refused", `The message with audit entries was refused (${refusal}).`, options);
    this.refusal = refusal;
  }
}

/** The unpublished entries in order. Only one publisher of all replicas works at a time. */
export interface PublicationQueue {
  /**
   * Passes the next entries (at most `limit`, oldest first) to `publish`, and records them as published when it
   * resolves. `refusals` counts how often the content of the first entry was refused when it was posted alone. If
   * `publish` throws an `EntriesRefusedError`, the next batch is the first entry alone; for a single entry, this
   * counts the refusal and throws. Resolves to `true` if the publisher has to continue. Otherwise the queue is empty, or
   * the job of a later entry continues.
   */
  withNext(
    limit: number,
    publish: (entries: readonly AuditEntry[], refusals: number) => Promise<void>,
  ): Promise<boolean>;
}

/** The most entries in one message of the audit channel. */
const BATCH = 8;
/** After this number of refusals of its content, a placeholder replaces an entry. */
export const MOST_REFUSALS = 20;

/**
 * Makes the function that publishes every unpublished entry in order. A placeholder replaces only an entry with refused
 * content; at any other failure the publication stops at the entry.
 */
export function createAuditPublisher(options: {
  queue: PublicationQueue;
  sink: AuditSink;
  /** Called after each posted batch, and at the end of the queue. */
  onDelivered: () => void;
  onBlocked: (error: unknown) => void;
}): () => Promise<void> {
  const { queue, sink, onDelivered, onBlocked } = options;
  return async () => {
    try {
      while (await queue.withNext(BATCH, publish));
      onDelivered();
    } catch (error) {
      onBlocked(error);
      throw error;
    }
  };

  async function publish(entries: readonly AuditEntry[], refusals: number): Promise<void> {
    try {
      await sink.publish(entries);
      onDelivered();
    } catch (error) {
      const [first, ...others] = entries;
      const isLastTry = first && others.length === 0 && refusals + 1 >= MOST_REFUSALS;
      if (!isLastTry || !(error instanceof EntriesRefusedError)) throw error;
      await sink.publishPlaceholder(first, error.refusal);
    }
  }
}
