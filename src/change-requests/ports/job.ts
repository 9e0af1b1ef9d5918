import { z } from "zod";
import type { Json } from "../../kernel/canonical-json.ts";
import { AppError } from "../../kernel/errors.ts";
import { directoryFilterShape } from "../../subjects/index.ts";
import { type Answer, answerShape } from "../model/answer.ts";
import type { LinesLeftOut } from "../model/bulk-draft.ts";
import type { Place } from "../model/change-request.ts";
import type { BulkControl, CardClick, DecisionClick, RatificationClick } from "../model/click.ts";
import type { BulkKind } from "../model/parsed-list.ts";
import type { ConfidentialityFault } from "../model/placement.ts";
import type { Refusal } from "../model/refusal.ts";
import type { Reminder } from "./reminder-ports.ts";

/** The subject of an alert in the audit channel. `stuck:` and a reference: work that fails and is never given up. */
export type AlarmTopic = "begun" | "overdue" | "disputed" | `stuck:${string}`;

/** A message as Slack's blocks, as earlier versions stored it. */
export interface Words {
  readonly text: string;
  readonly blocks: Json;
}

/** A message to one person; `slack/texts` makes its sentences. It is stored, so the kinds stay. */
export type Notice =
  /** The requester's card can't be shown until an administrator changes something. */
  | { readonly kind: "card_waits"; readonly requestId: number; readonly why: ConfidentialityFault }
  | { readonly kind: "card_withdrawn"; readonly requestId: number; readonly why: ConfidentialityFault }
  /** A click that can't be carried out yet, and the reason to wait. */
  | {
      readonly kind: "click_waits";
      readonly for: "policies" | "identity" | "incydr" | "restricted_channel" | "slack_files";
    }
  /** The subject has changed since the snapshot; `drift` is the sentence that is stored with the request. */
  | { readonly kind: "approval_void"; readonly requestId: number; readonly drift: string }
  /** Slack does not let the bot write to the person. */
  | { readonly kind: "file_not_sent"; readonly file: "preview" | "export" }
  | { readonly kind: "file_not_sent"; readonly file: "list" | "results"; readonly requestId: number }
  /** The file of users is in the person's direct messages. */
  | { readonly kind: "export_sent" }
  /** Work was given up, or goes on once a day. */
  | {
      readonly kind: "given_up";
      readonly work: JobKind;
      readonly requestId: number | null;
      /** The id of the failure in the log. */
      readonly reference: string;
      readonly goesOnDaily: boolean;
    }
  /** The person closed a form while it loaded, or Slack did not accept it. The message returns `typed`, by label. */
  | {
      readonly kind: "nothing_requested";
      readonly why: "form_closed" | "form_not_shown";
      readonly typed: Readonly<Record<string, string | null>>;
    }
  /**
   * A bulk's list can't be used, and its modal is closed. `refusal`: `null` after a fault. The message returns `typed`.
   */
  | {
      readonly kind: "bulk_refused";
      readonly bulk: BulkKind;
      readonly refusal: Refusal | null;
      readonly leftOut: LinesLeftOut;
      readonly typed: Readonly<Record<string, string | null>>;
    }
  /** The message returns `reason`, the typed reason. */
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly reason: string | null };

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

/** The announcement of a freeze or its end, with Slack ids and times in ISO 8601; or of the setting READ_ONLY. */
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
/** A click on Export CSV. All clicks on the button of one list have the same `exportId`. */
const exportClick = cardClick
  .omit({ requestId: true })
  .extend({ exportId: z.string(), filter: directoryFilterShape });
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
/** The parts of a notice that choose its sentences. A value of a later version has no sentences here. */
const noticeShape = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["card_waits", "card_withdrawn"]), why: whyNotShown }),
  z.object({
    kind: z.literal("click_waits"),
    for: z.enum(["policies", "identity", "incydr", "restricted_channel", "slack_files"]),
  }),
  z.object({ kind: z.literal("file_not_sent"), file: z.enum(["preview", "list", "results", "export"]) }),
  z.object({ kind: z.literal("nothing_requested"), why: z.enum(["form_closed", "form_not_shown"]) }),
  z.object({ kind: z.enum(["approval_void", "given_up", "bulk_refused", "refused", "export_sent"]) }),
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

export interface JobRules {
  readonly payload: z.ZodType;
  /** The number of jobs of this kind that one replica runs at the same time. */
  readonly atOnce: number;
  /** `execute`: executes a change, and reads the outcome of its write. `show`: only shows a request. */
  readonly purpose?: "execute" | "show";
  /** Whether it is never given up. After its last try it is escalated, and continues once a day. Default false. */
  readonly isDaily?: boolean;
}

/** Every kind of durable job. The names and payloads are stored, so a later version has to accept them. */
export const JOBS = {
  decide: { payload: z.object({ click: decisionClick }), atOnce: 4 },
  cancel: { payload: click, atOnce: 1 },
  renew: { payload: click, atOnce: 1 },
  execute: { payload: request, atOnce: 6, purpose: "execute" },
  /** `execute` with its own workers, so that an emergency waits behind no other change. */
  execute_emergency: { payload: request, atOnce: 3, purpose: "execute" },
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
  end_grants: { payload: request, atOnce: 2, isDaily: true },
  revoke_grants: { payload: click, atOnce: 1, isDaily: true },
  sound_alarm: { payload: request.extend({ topic: alarmTopic }), atOnce: 1, purpose: "show" },
  show_card: { payload: request, atOnce: 2, purpose: "show" },
  show_progress: { payload: request, atOnce: 1, purpose: "show" },
  announce: {
    payload: request.extend({ topic: z.string() }),
    atOnce: 1,
    purpose: "show",
  },
  ask: { payload: request, atOnce: 1, purpose: "show" },
  expire: { payload: request, atOnce: 1, isDaily: true },
  remind: { payload: request.extend({ step }), atOnce: 1 },
  post_digest: { payload: z.object({ digestId: z.number() }), atOnce: 1 },
  tell: { payload: z.union([told.extend({ notice }), told.extend({ words })]), atOnce: 1 },
  prune: { payload: nothing, atOnce: 1, isDaily: true },
  publish_audit: { payload: nothing, atOnce: 1 },
  announce_freeze: { payload: z.object({ notice: freezeNotice }), atOnce: 1 },
  export_users: { payload: exportClick, atOnce: 1 },
  delete_export: { payload: z.object({ exportId: z.string() }), atOnce: 1, isDaily: true },
} as const satisfies Record<string, JobRules>;

export type JobKind = keyof typeof JOBS;
export const JOB_KINDS = Object.keys(JOBS) as JobKind[]; // of a constant

/** The rules of a kind; none for a kind that a later version has stored. */
export function rulesOf(kind: string): Partial<JobRules> {
  const rules: Readonly<Record<string, JobRules | undefined>> = JOBS;
  return rules[kind] ?? {};
}

export type JobOf<Kind extends JobKind> = { readonly kind: Kind } & Readonly<
  z.infer<(typeof JOBS)[Kind]["payload"]>
>;
/** Durable work. Each job runs at least once, also after a crash. */
export type Job = { [Kind in JobKind]: JobOf<Kind> }[JobKind];

/** The handler of each kind. Handlers are idempotent, because a job may run twice. */
export type JobHandlers = { readonly [Kind in JobKind]: (job: JobOf<Kind>) => Promise<void> };

/** The stored payload is of no known version. */
class JobUnreadableError extends AppError<"job_unreadable"> {
  constructor(kind: JobKind, cause: unknown) {
    super("job_unreadable", `The payload of a stored job "${kind}" can't be read.`, { cause });
  }
}

/** @throws {JobUnreadableError} if the payload does not fit the kind */
export async function runJob<Kind extends JobKind>(job: JobOf<Kind>, handlers: JobHandlers): Promise<void> {
  const { success, error } = JOBS[job.kind].payload.safeParse(job);
  if (!success) throw new JobUnreadableError(job.kind, error);
  await handlers[job.kind](job);
}

/** An enqueued job. It runs at `startAfter` at the earliest; default: at once. */
export interface EnqueuedJob {
  readonly job: Job;
  readonly startAfter?: Date;
}

export interface JobQueue {
  /** Enqueues a job; `startAfter` as in `EnqueuedJob`. */
  enqueue(job: Job, options?: { startAfter?: Date }): Promise<void>;
  /** Whether an equal job waits in the queue. Running jobs don't count. */
  isWaiting(job: Job): Promise<boolean>;
  /** Whether an equal job waits in the queue and is due within a minute. */
  isDueSoon(job: Job): Promise<boolean>;
}
