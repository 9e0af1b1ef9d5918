import type { ChangeRequest } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";

/** What is to be said of a request that waits, and from when on. */
export interface Reminder {
  readonly requestId: number;
  /** `revocation`: a role that was to be taken away is still there. */
  readonly step: "reminder" | "escalation" | "revocation";
  readonly dueAt: Date;
  /** Handles of the groups that are asked. */
  readonly escalateTo: readonly string[];
}

export interface ReminderRepository {
  /** Replaces what was planned for a request. */
  plan(requestId: number, reminders: readonly Reminder[]): Promise<void>;
  /** Plans one step of a request anew, whether it was told before or not. */
  replan(reminder: Reminder): Promise<void>;
  /** Handles of the groups that were to be asked when the request waited for too long. */
  escalateTo(requestId: number): Promise<readonly string[]>;
  /** What is planned and in no digest yet. */
  find(requestId: number, step: Reminder["step"]): Promise<Reminder | null>;
  /** Lets nobody else make a digest until the transaction ends; resolves to when the last one was made. */
  lockDigests(): Promise<Date | null>;
  /** What is due at a time and in no digest yet, of requests that still wait for it, oldest request first. */
  due(at: Date): Promise<readonly Reminder[]>;
  /** Makes a digest of these; resolves to its number. */
  addDigest(reminders: readonly Reminder[], at: Date): Promise<number>;
  /** What a digest is of, oldest request first. */
  ofDigest(digestId: number): Promise<readonly Reminder[]>;
}

/** One request in a digest. */
export interface DigestLine {
  readonly request: ChangeRequest;
  readonly step: Reminder["step"];
  /** Handles of the groups that are asked. */
  readonly escalateTo: readonly string[];
  readonly approvalsMissing: number;
  /** Slack ids of the invited approvers who may still approve it, and haven't. */
  readonly peopleToInvite: readonly string[];
  /** What the request gave for a limited time and is still to be taken away; none before its end. */
  readonly revoking: readonly Grant[];
}

/** Shows digests in Slack. */
export interface DigestDisplay {
  /**
   * Posts a digest, and tells the invited approvers who don't see it there directly; once however often it
   * is called.
   */
  showDigest(digestId: number, lines: readonly DigestLine[]): Promise<void>;
}
