import { AppError } from "../../kernel/errors.ts";

/** Keeps two changes to one subject from interleaving, across replicas. */
export interface SubjectLock {
  /**
   * Waits until no other replica works on this subject, then runs `work`. `assertHeld` throws if the lock was lost,
   * because the connection to the database broke.
   */
  withLock<T>(userId: string, work: (assertHeld: () => Promise<void>) => Promise<T>): Promise<T>;
}

/** Keeps two replicas from working on one bulk. */
export interface BulkLock {
  /** Runs `work` unless another replica works on this bulk; resolves to whether it ran. */
  tryWithLock(requestId: number, work: () => Promise<void>): Promise<boolean>;
}

export class SubjectBusyError extends AppError<"subject_busy"> {
  constructor() {
    super("subject_busy", "Another change to the same user is under way.");
  }
}
