import type { ChangeRequest } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";

export interface Reminder {
  readonly requestId: number;
  /** `revocation`: a role is still there after its end. */
  readonly step: "reminder" | "escalation" | "revocation";
  readonly dueAt: Date;
  /** Handles of the groups that are notified. */
  readonly escalateTo: readonly string[];
}

export interface ReminderRepository {
  /** Replaces the planned reminders of a request. */
  plan(requestId: number, reminders: readonly Reminder[]): Promise<void>;
  /** Plans one step of a request again, whether it was in a digest before or not. */
  replan(reminder: Reminder): Promise<void>;
  /** Handles of the groups that the escalation of the request notifies. */
  escalateTo(requestId: number): Promise<readonly string[]>;
  /** A planned reminder that is in no digest yet. */
  find(requestId: number, step: Reminder["step"]): Promise<Reminder | null>;
  /** Lets no other transaction make a digest until this one ends; resolves to the time of the last digest. */
  lockDigests(): Promise<Date | null>;
  /** Reminders that are due and in no digest yet, of requests that still wait, oldest request first. */
  due(at: Date): Promise<readonly Reminder[]>;
  /** Makes a digest of the reminders; resolves to its number. */
  addDigest(reminders: readonly Reminder[], at: Date): Promise<number>;
  /** The reminders of a digest, oldest request first. */
  ofDigest(digestId: number): Promise<readonly Reminder[]>;
}

export interface DigestLine {
  readonly request: ChangeRequest;
  readonly step: Reminder["step"];
  /** Handles of the groups that are notified. */
  readonly escalateTo: readonly string[];
  readonly approvalsMissing: number;
  /** Slack ids of the invited approvers who may still approve the request. */
  readonly invitedApprovers: readonly string[];
  /** Grants of the request whose roles have ended but are still to be taken away. */
  readonly revoking: readonly Grant[];
}

export interface DigestDisplay {
  /** Posts a digest once, and notifies the invited approvers who don't see it there. */
  showDigest(digestId: number, lines: readonly DigestLine[]): Promise<void>;
}
