import { AppError } from "../kernel/errors.ts";
import type { AuditEntry } from "./audit-entry.ts";

/** Where published entries go; delivering the same batch twice must show it once. */
export interface AuditSink {
  /** @throws {EntriesRefusedError} if the message's content is refused; everything else is worth another try. */
  publish(entries: readonly AuditEntry[]): Promise<void>;
  /** Posts in the place of an entry, whose message is refused, only its number, its hash and the refusal's code. */
  publishPlaceholder(entry: AuditEntry, code: string): Promise<void>;
}

/** The audit channel refused the content of a message with entries. Nothing of it was posted. */
export class EntriesRefusedError extends AppError<"entries_refused"> {
  /** Why, as the channel's system calls it, such as `invalid_blocks`. */
  readonly refusal: string;

  constructor(refusal: string, options?: ErrorOptions) {
    super("entries_refused", `The message with audit entries was refused (${refusal}).`, options);
    this.refusal = refusal;
  }
}

/** What is still to be published, in order; one publisher at a time. */
export interface PublicationQueue {
  /**
   * Hands the next entries (at most `limit`, oldest first) to `publish`, with how often the content of the first of
   * them was refused when it was posted alone, and records them as published when it resolves. If their content is
   * refused, it cuts a batch to its first entry, which comes next, and counts the refusal of a single entry before it
   * throws. Resolves to whether there may be more of which nobody would tell: each entry that the bot appends has a
   * job that publishes it. Others wait meanwhile.
   */
  withNext(
    limit: number,
    publish: (entries: readonly AuditEntry[], refusals: number) => Promise<void>,
  ): Promise<boolean>;
}

/** Entries in one message of the audit channel. */
const BATCH = 8;
/** How often a single entry is posted whose content is refused, before a placeholder takes its place. */
export const MOST_REFUSALS = 20;

/**
 * Makes the function that brings every unpublished entry to the sink, in order. Only an entry whose own content is
 * refused is replaced, by a placeholder; at any other failure the delivery waits at the entry.
 */
export function createAuditPublisher(options: {
  queue: PublicationQueue;
  sink: AuditSink;
  /** Called when entries were posted, and when none were left to be posted. */
  onDelivered: () => void;
  /** Called when the next entries could not be posted. */
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
