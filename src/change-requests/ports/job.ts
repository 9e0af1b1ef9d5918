import type { Json } from "../../kernel/canonical-json.ts";
import type { Place } from "../model/change-request.ts";
import type { BulkControl, CardClick, DecisionClick, RatificationClick } from "../model/click.ts";
import type { Reminder } from "./reminder-ports.ts";

/**
 * What the audit channel is told beside the entries of the log: of an emergency, or by `stuck:` and its reference of
 * work that fails and is never given up.
 */
export type AlarmTopic = "begun" | "overdue" | "disputed" | `stuck:${string}`;

/** Something to be said to a person, as the display put it; the domain only carries it. */
export interface Words {
  readonly text: string;
  readonly blocks: Json;
}

/**
 * The announcement of a stop of all changes: one freeze, by whom it was made and ended (Slack ids) and when (ISO 8601);
 * or the setting READ_ONLY.
 */
export type FreezeNotice =
  | {
      readonly by: string;
      readonly at: string;
      /** `null` while it is in force. */
      readonly ended: { readonly by: string; readonly at: string } | null;
    }
  | "read_only";

/** What can be left to be done durably; each wakes one function of the domain, which reads the state itself. */
export type Job =
  | { readonly kind: "decide"; readonly click: DecisionClick }
  | { readonly kind: "cancel"; readonly click: CardClick }
  | { readonly kind: "renew"; readonly click: CardClick }
  | { readonly kind: "execute"; readonly requestId: number }
  /** The same with workers of its own: an emergency waits behind no other change. */
  | { readonly kind: "execute_emergency"; readonly requestId: number }
  | { readonly kind: "execute_bulk"; readonly requestId: number }
  | { readonly kind: "control_bulk"; readonly click: CardClick; readonly control: BulkControl }
  | { readonly kind: "send_list"; readonly click: CardClick }
  | { readonly kind: "read_bulk"; readonly draftId: string }
  | { readonly kind: "deliver_dry_run"; readonly draftId: string }
  | { readonly kind: "deliver_outcomes"; readonly requestId: number; readonly topic: string }
  | { readonly kind: "settle"; readonly requestId: number }
  | { readonly kind: "ratify"; readonly click: RatificationClick }
  | { readonly kind: "ratification_due"; readonly requestId: number }
  | { readonly kind: "warn_of_end"; readonly requestId: number }
  | { readonly kind: "end_grants"; readonly requestId: number }
  | { readonly kind: "revoke_grants"; readonly click: CardClick }
  | { readonly kind: "sound_alarm"; readonly requestId: number; readonly topic: AlarmTopic }
  | { readonly kind: "show_card"; readonly requestId: number }
  | { readonly kind: "show_progress"; readonly requestId: number }
  | { readonly kind: "announce"; readonly requestId: number; readonly topic: string }
  | { readonly kind: "ask"; readonly requestId: number }
  | { readonly kind: "expire"; readonly requestId: number }
  | { readonly kind: "remind"; readonly requestId: number; readonly step: Reminder["step"] }
  | { readonly kind: "post_digest"; readonly digestId: number }
  | { readonly kind: "tell"; readonly slackUserId: string; readonly place: Place; readonly words: Words }
  | { readonly kind: "prune" }
  | { readonly kind: "publish_audit" }
  | { readonly kind: "announce_freeze"; readonly notice: FreezeNotice };

/** A job that was left, and when it may be done: not before `startAfter` (default at once). */
export interface LeftJob {
  readonly job: Job;
  readonly startAfter?: Date;
}

export interface JobQueue {
  /** Leaves a job to be done, not before `startAfter` (default at once). */
  enqueue(job: Job, options?: { startAfter?: Date }): Promise<void>;
  /** Whether a job with this payload waits in the queue, for whatever time; jobs that run now don't count. */
  isWaiting(job: Job): Promise<boolean>;
  /** Whether a job with this payload waits in the queue and is due within a minute. */
  isDueSoon(job: Job): Promise<boolean>;
}
