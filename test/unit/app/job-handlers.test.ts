import { describe, expect, it } from "vitest";
import { createJobHandlers, type JobParts } from "../../../src/app/job-handlers.ts";
import {
  type DecisionClick,
  JOB_KINDS,
  type Job,
  type RatificationClick,
  runJob,
} from "../../../src/change-requests/index.ts";

const place = { channelId: "C0APPROVE", threadTs: null };
const click: DecisionClick = {
  ...{ clickId: "c", requestId: 7, slackUserId: "U0THEO", place },
  ...{ verdict: "approval", reason: null, shownSnapshot: "0123456789abcdef" },
};
const ratification: RatificationClick = {
  ...{ clickId: "c", requestId: 7, slackUserId: "U0THEO", place },
  ...{ event: "dispute", reason: "Nobody asked for it." },
};
const notice = { by: "U0JONAS", at: "2026-11-01T10:00:00.000Z", ended: null };
const waits = { kind: "click_waits", for: "incydr" } as const;
const words = { text: "Done.", blocks: [] };

const filter = { text: null, active: null, blocked: null, org: null, role: null };
const exported = {
  ...({ kind: "export_users", exportId: "e", clickId: "c" } as const),
  ...{ slackUserId: "U0MAYA", place, filter },
};
const DELETION = { kind: "delete_export", exportId: "e" };

/** A job of each kind, the part that runs it, and the arguments of that part. */
const EACH: readonly [job: Job, part: string, ...given: unknown[]][] = [
  [{ kind: "decide", click }, "domain.decide", click],
  [{ kind: "cancel", click }, "domain.cancel", click],
  [{ kind: "renew", click }, "domain.renew", click],
  [{ kind: "execute", requestId: 7 }, "domain.executor.execute", 7],
  [{ kind: "execute_emergency", requestId: 7 }, "domain.executor.execute", 7],
  [{ kind: "execute_bulk", requestId: 7 }, "domain.executeBulk", 7],
  [{ kind: "control_bulk", click, control: "pause" }, "domain.controlBulk", click, "pause"],
  [{ kind: "send_list", click }, "domain.sendList", click],
  [{ kind: "read_bulk", draftId: "d" }, "domain.performDryRun", "d"],
  [{ kind: "deliver_dry_run", draftId: "d" }, "domain.bulkReports.deliverDryRun", "d"],
  [{ kind: "deliver_outcomes", requestId: 7, topic: "t" }, "domain.bulkReports.deliverOutcomes", 7, "t"],
  [{ kind: "settle", requestId: 7 }, "domain.executor.settle", 7],
  [{ kind: "ratify", click: ratification }, "domain.ratifying.ratify", ratification],
  [{ kind: "ratification_due", requestId: 7 }, "domain.escalateRatification", 7],
  [{ kind: "warn_of_end", requestId: 7 }, "domain.warnOfEnd", 7],
  [{ kind: "end_grants", requestId: 7 }, "domain.revoker.end", 7],
  [{ kind: "revoke_grants", click }, "domain.revokeNow", click],
  [{ kind: "sound_alarm", requestId: 7, topic: "stuck:1a2b" }, "domain.showing.postAlert", 7, "stuck:1a2b"],
  [{ kind: "show_card", requestId: 7 }, "domain.showing.showCard", 7],
  [{ kind: "show_progress", requestId: 7 }, "domain.showing.showProgress", 7],
  [{ kind: "announce", requestId: 7, topic: "t" }, "domain.showing.postThreadUpdate", 7, "t"],
  [{ kind: "ask", requestId: 7 }, "domain.invitePeople", 7],
  [{ kind: "expire", requestId: 7 }, "domain.expire", 7],
  [{ kind: "remind", requestId: 7, step: "escalation" }, "domain.reminders.remind", 7, "escalation"],
  [{ kind: "post_digest", digestId: 3 }, "domain.reminders.postDigest", 3],
  [{ kind: "tell", slackUserId: "U0MAYA", place, words }, "sendEphemeral", "U0MAYA", place, words],
  [{ kind: "tell", slackUserId: "U0MAYA", place, notice: waits }, "sendEphemeral", "U0MAYA", place, waits],
  [{ kind: "prune" }, "domain.pruning.prune"],
  [{ kind: "publish_audit" }, "publishAudit"],
  [{ kind: "announce_freeze", notice }, "domain.postFreezeNotice", notice],
  [exported, "domain.userExports.exportUsers", exported],
  [{ kind: "delete_export", exportId: "e" }, "domain.userExports.deleteExport", DELETION],
];

type Call = [part: string, ...given: unknown[]];

/** Parts that record their calls, by name: `domain.executor.execute`. */
function notingParts(called: Call[], path: readonly string[] = []): object {
  return new Proxy(() => {}, {
    get: (_target, name) => notingParts(called, [...path, String(name)]),
    apply: async (_target, _this, given) => void called.push([path.join("."), ...given]),
  });
}

describe("a job", () => {
  it("is listed here for every kind", () => {
    expect(new Set(EACH.map(([{ kind }]) => kind))).toEqual(new Set(JOB_KINDS));
  });

  it.each(EACH.map((each) => [each[0].kind, each] as const))(
    "of the kind %s reaches its own part alone, with its payload",
    async (_kind, [job, part, ...given]) => {
      const called: Call[] = [];
      await runJob(job, createJobHandlers(notingParts(called) as JobParts)); // every part is there
      expect(called).toEqual([[part, ...given]]);
    },
  );

  it.each<[string, object]>([
    ["without its request", { kind: "execute" }],
    ["with a number as text", { kind: "execute", requestId: "7" }],
    ["with a click of another kind", { kind: "ratify", click }],
    ["with a verdict that there isn't", { kind: "decide", click: { ...click, verdict: "maybe" } }],
    ["with nothing to tell", { kind: "tell", slackUserId: "U0MAYA", place }],
    ["with a notice of no kind that there is", { kind: "tell", slackUserId: "U0MAYA", place, notice }],
    ...[
      { kind: "click_waits", for: "unknown" },
      { kind: "card_withdrawn", requestId: 7, why: "unknown" },
      { kind: "file_not_sent", requestId: 7, file: "unknown" },
      { kind: "nothing_requested", why: "unknown", typed: {} },
    ].map((later): [string, object] => [
      `with a notice ${later.kind} that this version has no words for`,
      { kind: "tell", slackUserId: "U0MAYA", place, notice: later },
    ]),
    ["without a place to answer at", { kind: "cancel", click: { ...click, place: undefined } }],
  ])("%s reaches no part, and is told to be unreadable", async (_what, job) => {
    const called: Call[] = [];
    const handlers = createJobHandlers(notingParts(called) as JobParts);
    await expect(runJob(job as Job, handlers)).rejects.toMatchObject({ code: "job_unreadable" });
    expect(called).toEqual([]);
  });

  it("of an earlier version, with members that this one doesn't know, is done", async () => {
    const called: Call[] = [];
    const job = { kind: "execute", requestId: 7, priority: "high" } as Job;
    await runJob(job, createJobHandlers(notingParts(called) as JobParts));
    expect(called).toEqual([["domain.executor.execute", 7]]);
  });
});
