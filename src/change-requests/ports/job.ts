import { z } from "zod";
import type { Json } from "../../kernel/canonical-json.ts";
import { AppError } from "../../kernel/errors.ts";
import type { LinesLeftOut } from "../model/bulk-draft.ts";
import type { Place } from "../model/change-request.ts";
import type { BulkControl, CardClick, DecisionClick, RatificationClick } from "../model/click.ts";
import type { BulkKind } from "../model/parsed-list.ts";
import type { ConfidentialityFault } from "../model/placement.ts";
import type { Refusal } from "../model/refusal.ts";
import { type Answer, answerShape } from "./answer.ts";
import type { Reminder } from "./reminder-ports.ts";

/**
 * What the audit channel is told beside the entries of the log: of an emergency, or by `stuck:` and its reference of
 * work that fails and is never given up.
 */
export type AlarmTopic = "begun" | "overdue" | "disputed" | `stuck:${string}`;

/** A message to a person as the blocks of Slack, as earlier versions stored it. */
export interface Words {
  readonly text: string;
  readonly blocks: Json;
}

/** Something to be said to one person; `slack/texts` makes the sentences of it. It is stored, so that kinds stay. */
export type Notice =
  /** The requester's card can't be shown until an administrator mends what is wrong. */
  | { readonly kind: "card_waits"; readonly requestId: number; readonly why: ConfidentialityFault }
  | { readonly kind: "card_withdrawn"; readonly requestId: number; readonly why: ConfidentialityFault }
  /** A click that can't be decided or carried out yet, and what it waits for. */
  | {
      readonly kind: "click_waits";
      readonly for: "policies" | "identity" | "incydr" | "restricted_channel" | "slack_files";
    }
  /** The subject has changed since the snapshot; `drift` are the sentences that are stored with the request. */
  | { readonly kind: "approval_void"; readonly requestId: number; readonly drift: string }
  /** Slack doesn't let the bot write to the person. */
  | { readonly kind: "file_not_sent"; readonly file: "preview" }
  | { readonly kind: "file_not_sent"; readonly file: "list" | "results"; readonly requestId: number }
  /** Work that was given up, or goes on once a day, for the person who waits for it. */
  | {
      readonly kind: "given_up";
      readonly work: JobKind;
      readonly requestId: number | null;
      /** By which the log names it. */
      readonly reference: string;
      readonly goesOnDaily: boolean;
    }
  /**
   * A form of which nothing came: the person closed it while it loaded, or Slack didn't take it. `typed` is given back,
   * by its label.
   */
  | {
      readonly kind: "nothing_requested";
      readonly why: "form_closed" | "form_not_shown";
      readonly typed: Readonly<Record<string, string | null>>;
    }
  /**
   * A list of a bulk that can't be used, whose modal was closed; `refusal` is `null` after a fault. The lines that are
   * left out and the typed texts are given back.
   */
  | {
      readonly kind: "bulk_refused";
      readonly bulk: BulkKind;
      readonly refusal: Refusal | null;
      readonly leftOut: LinesLeftOut;
      readonly typed: Readonly<Record<string, string | null>>;
    }
  /** `reason` is what the person typed, to be given back. */
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly reason: string | null };

/** Every cause that a notice may have of a card that can't be shown. */
const CONFIDENTIALITY_FAULTS: Readonly<Record<ConfidentialityFault, true>> = {
  subject_present: true,
  subject_unmapped: true,
  not_visible: true,
  not_configured: true,
  archived: true,
  bot_not_member: true,
  public: true,
  shared: true,
  outsiders: true,
};

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

const place = z.object({ channelId: z.string(), threadTs: z.string().nullable() });
const cardClick = z.object({ clickId: z.string(), requestId: z.number(), slackUserId: z.string(), place });
const decisionClick = cardClick.extend({
  verdict: z.enum(["approval", "denial"]),
  reason: z.string().nullable(),
  shownSnapshot: z.string(),
}) satisfies z.ZodType<DecisionClick>;
const ratificationClick = cardClick.extend({
  event: z.enum(["ratify", "dispute"]),
  reason: z.string().nullable(),
}) satisfies z.ZodType<RatificationClick>;
const click = z.object({ click: cardClick satisfies z.ZodType<CardClick> });
const request = z.object({ requestId: z.number() });
const draft = z.object({ draftId: z.string() });
const nothing = z.object({}) as z.ZodType<object>; // no other member is forbidden
const control = z.enum(["pause", "resume", "stop"]) satisfies z.ZodType<BulkControl>;
const step = z.enum(["reminder", "escalation", "revocation"]) satisfies z.ZodType<Reminder["step"]>;
const alarmTopic = z.custom<AlarmTopic>((topic) => typeof topic === "string");
const words = z.custom<Words>(
  (value) => z.object({ text: z.string(), blocks: z.json() }).safeParse(value).success,
);
const whyNotShown = z.string().refine((why) => Object.hasOwn(CONFIDENTIALITY_FAULTS, why));
/** The parts of a notice that choose its sentences: a value of a later version would have none. */
const noticeShape = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["card_waits", "card_withdrawn"]), why: whyNotShown }),
  z.object({
    kind: z.literal("click_waits"),
    for: z.enum(["policies", "identity", "incydr", "restricted_channel", "slack_files"]),
  }),
  z.object({ kind: z.literal("file_not_sent"), file: z.enum(["preview", "list", "results"]) }),
  z.object({ kind: z.literal("nothing_requested"), why: z.enum(["form_closed", "form_not_shown"]) }),
  z.object({ kind: z.enum(["approval_void", "given_up", "bulk_refused", "refused"]) }),
]);
const said = z.union([noticeShape, answerShape]);
const notice = z.custom<(Notice & { kind: z.infer<typeof noticeShape>["kind"] }) | Answer>(
  (value) => said.safeParse(value).success,
);
const told = z.object({ slackUserId: z.string(), place: place satisfies z.ZodType<Place> });
const end = z.object({ by: z.string(), at: z.string() });
const freezeNotice = z.union([
  z.literal("read_only"),
  end.extend({ ended: end.nullable() }),
]) satisfies z.ZodType<FreezeNotice>;

/** The rules of one kind of job. */
export interface JobRules {
  readonly payload: z.ZodType;
  /** How many jobs of the kind one replica works on at once. */
  readonly atOnce: number;
  /**
   * `urgent`: between a click and its write. In an incident a person waits for it. `notification`: only shows or
   * publishes. A later one shows the earlier changes as well. Default: neither.
   */
  readonly priority?: "urgent" | "notification";
  /**
   * `execute`: executes a change. Once a target is claimed it also reads what became of the write. `show`: only shows a
   * request. Default: something else.
   */
  readonly purpose?: "execute" | "show";
  /**
   * Whether it is never given up: a revocation, an expiry, the reading of an unknown outcome, and the bot's own upkeep.
   * After its last try it is escalated and goes on once a day. Default false.
   */
  readonly isDaily?: boolean;
}

/**
 * Every kind of durable job, with its rules. Each job wakes one function of the domain, which reads the state itself.
 * The names and payloads are stored, so that a later version has to take them.
 */
export const JOBS = {
  decide: { payload: z.object({ click: decisionClick }), atOnce: 4, priority: "urgent" },
  cancel: { payload: click, atOnce: 1 },
  renew: { payload: click, atOnce: 1 },
  execute: { payload: request, atOnce: 6, priority: "urgent", purpose: "execute" },
  /** `execute` with workers of its own: an emergency waits behind no other change. */
  execute_emergency: { payload: request, atOnce: 3, priority: "urgent", purpose: "execute" },
  execute_bulk: { payload: request, atOnce: 2, purpose: "execute" },
  control_bulk: { payload: click.extend({ control }), atOnce: 1 },
  send_list: { payload: click, atOnce: 1 },
  read_bulk: { payload: draft, atOnce: 2 },
  deliver_dry_run: { payload: draft, atOnce: 1 },
  deliver_outcomes: { payload: request.extend({ topic: z.string() }), atOnce: 1, purpose: "show" },
  settle: { payload: request, atOnce: 2, isDaily: true },
  ratify: { payload: z.object({ click: ratificationClick }), atOnce: 1 },
  ratification_due: { payload: request, atOnce: 1, isDaily: true },
  warn_of_end: { payload: request, atOnce: 1 },
  end_grants: { payload: request, atOnce: 2, priority: "urgent", isDaily: true },
  revoke_grants: { payload: click, atOnce: 1, priority: "urgent", isDaily: true },
  sound_alarm: { payload: request.extend({ topic: alarmTopic }), atOnce: 1, purpose: "show" },
  show_card: { payload: request, atOnce: 2, priority: "notification", purpose: "show" },
  show_progress: { payload: request, atOnce: 1, priority: "notification", purpose: "show" },
  announce: {
    payload: request.extend({ topic: z.string() }),
    atOnce: 1,
    priority: "notification",
    purpose: "show",
  },
  ask: { payload: request, atOnce: 1, purpose: "show" },
  expire: { payload: request, atOnce: 1, isDaily: true },
  remind: { payload: request.extend({ step }), atOnce: 1 },
  post_digest: { payload: z.object({ digestId: z.number() }), atOnce: 1 },
  tell: { payload: z.union([told.extend({ notice }), told.extend({ words })]), atOnce: 1 },
  prune: { payload: nothing, atOnce: 1, isDaily: true },
  publish_audit: { payload: nothing, atOnce: 1, priority: "notification" },
  announce_freeze: { payload: z.object({ notice: freezeNotice }), atOnce: 1 },
} as const satisfies Record<string, JobRules>;

export type JobKind = keyof typeof JOBS;
export const JOB_KINDS = Object.keys(JOBS) as JobKind[]; // of a constant

/** The rules of a kind. A later version may have stored a kind that this one does not know: it has none. */
export function rulesOf(kind: string): Partial<JobRules> {
  const rules: Readonly<Record<string, JobRules | undefined>> = JOBS;
  return rules[kind] ?? {};
}

/** A job of one kind, with its payload. */
export type JobOf<Kind extends JobKind> = { readonly kind: Kind } & Readonly<
  z.infer<(typeof JOBS)[Kind]["payload"]>
>;
/** Work that is done durably: at least once, whatever happens to this process. */
export type Job = { [Kind in JobKind]: JobOf<Kind> }[JobKind];

/** The function that does each kind of job. Each may run twice with the effect of once. */
export type JobHandlers = { readonly [Kind in JobKind]: (job: JobOf<Kind>) => Promise<void> };

/** A stored job can't be done: no version that this one knows has left such a payload. */
class JobUnreadableError extends AppError<"job_unreadable"> {
  constructor(kind: JobKind, cause: unknown) {
    super("job_unreadable", `The payload of a stored job "${kind}" can't be read.`, { cause });
  }
}

/**
 * Does a job with its handler.
 * @throws {JobUnreadableError} if its payload isn't of its kind
 */
export async function runJob<Kind extends JobKind>(job: JobOf<Kind>, handlers: JobHandlers): Promise<void> {
  const { success, error } = JOBS[job.kind].payload.safeParse(job);
  if (!success) throw new JobUnreadableError(job.kind, error);
  await handlers[job.kind](job);
}

/** A job that was left, and when it may be done: not before `startAfter` (default at once). */
export interface EnqueuedJob {
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
