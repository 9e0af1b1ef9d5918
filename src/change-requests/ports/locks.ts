import { AppError } from "../../kernel/errors.ts";

/** Keeps two changes to one subject from interleaving, across replicas. */
export interface SubjectLock {
  /**
   * Runs `work` while no other replica works on this subject; waits its turn. `assertHeld` throws
   * when the lock was lost in between (the connection to the database broke).
   */
  withLock<T>(userId: string, work: (assertHeld: () => Promise<void>) => Promise<T>): Promise<T>;
}

/** Keeps two replicas from working on one bulk. */
export interface BulkLock {
  /** Runs `work` unless somebody else works on this bulk; resolves to whether it ran. */
  tryWithLock(requestId: number, work: () => Promise<void>): Promise<boolean>;
}

/** Another write to the same subject is under way. */
export class SubjectBusyError extends AppError<"subject_busy"> {
  constructor() {
    super("subject_busy", "Another change to the same user is under way.");
  }
}
