import type { PgBoss } from "pg-boss";
import { expect, it } from "vitest";
import type { DecisionClick, Job, LeftJob, RatificationClick } from "../../../src/change-requests/index.ts";
import { KINDS } from "../../../src/jobs/job-queue.ts";
import { type JobHandlers, startJobWorkers } from "../../../src/jobs/job-workers.ts";

// Handed on as they are.
const click = { requestId: 7 } as DecisionClick;
const ratification = { requestId: 7 } as RatificationClick;
const place = { channelId: "C0APPROVE", threadTs: null };
const notice = { by: "U0JONAS", at: "2026-11-01T10:00:00.000Z", ended: null };
const words: Extract<Job, { kind: "tell" }>["words"] = { text: "Done.", blocks: [] };

/** A job of each kind, the handler that it is for, and what that is given. */
const EACH: readonly [job: Job, handler: keyof JobHandlers, ...given: unknown[]][] = [
  [{ kind: "decide", click }, "decide", click],
  [{ kind: "cancel", click }, "cancel", click],
  [{ kind: "renew", click }, "renew", click],
  [{ kind: "execute", requestId: 7 }, "execute", 7],
  [{ kind: "execute_emergency", requestId: 7 }, "execute", 7],
  [{ kind: "execute_bulk", requestId: 7 }, "executeBulk", 7],
  [{ kind: "control_bulk", click, control: "pause" }, "controlBulk", click, "pause"],
  [{ kind: "send_list", click }, "sendList", click],
  [{ kind: "read_bulk", draftId: "d" }, "readBulk", "d"],
  [{ kind: "deliver_dry_run", draftId: "d" }, "deliverDryRun", "d"],
  [{ kind: "deliver_outcomes", requestId: 7, topic: "t" }, "deliverOutcomes", 7, "t"],
  [{ kind: "settle", requestId: 7 }, "settle", 7],
  [{ kind: "ratify", click: ratification }, "ratify", ratification],
  [{ kind: "ratification_due", requestId: 7 }, "escalateRatification", 7],
  [{ kind: "warn_of_end", requestId: 7 }, "warnOfEnd", 7],
  [{ kind: "end_grants", requestId: 7 }, "endGrants", 7],
  [{ kind: "revoke_grants", click }, "revokeNow", click],
  [{ kind: "sound_alarm", requestId: 7, topic: "stuck:1a2b" }, "soundAlarm", 7, "stuck:1a2b"],
  [{ kind: "show_card", requestId: 7 }, "showCard", 7],
  [{ kind: "show_progress", requestId: 7 }, "showProgress", 7],
  [{ kind: "announce", requestId: 7, topic: "t" }, "announce", 7, "t"],
  [{ kind: "ask", requestId: 7 }, "askPeople", 7],
  [{ kind: "expire", requestId: 7 }, "expire", 7],
  [{ kind: "remind", requestId: 7, step: "escalation" }, "remind", 7, "escalation"],
  [{ kind: "post_digest", digestId: 3 }, "postDigest", 3],
  [{ kind: "tell", slackUserId: "U0MAYA", place, words }, "tell", "U0MAYA", place, words],
  [{ kind: "prune" }, "prune"],
  [{ kind: "publish_audit" }, "publishAudit"],
  [{ kind: "announce_freeze", notice }, "announceFreeze", notice],
];

it("lists a job of every kind", () => {
  expect(new Set(EACH.map(([{ kind }]) => kind))).toEqual(new Set(KINDS));
});

it.each(EACH.map((each) => [each[0].kind, each] as const))(
  "a job of the kind %s reaches its own handler alone, with its payload, and its success is told",
  async (kind, [job, handler, ...given]) => {
    const called: [handler: string, ...given: unknown[]][] = [];
    const handlers = Object.fromEntries(
      EACH.map(([, name]) => [name, async (...args: unknown[]) => void called.push([name, ...args])]),
    ) as unknown as JobHandlers; // one for each kind
    const works = new Map<string, (jobs: { data: Job; retryCount: number }[]) => Promise<void>>();
    let wake: (jobs: readonly LeftJob[]) => void = () => {};
    const boss = {
      work: async (name: string, _options: unknown, work: () => Promise<void>) => {
        works.set(name, work);
        return name;
      },
      offWork: async () => {},
      notifyWorker: () => {},
      getDb: () => ({ executeSql: async () => ({ rows: [] }) }),
    } as unknown as PgBoss; // nothing else is asked
    const told: unknown[] = [];
    const failures = {
      failed: () => Promise.reject(new Error("nothing fails here")),
      succeeded: async (...args: unknown[]) => void told.push(args),
    };
    await using _workers = startJobWorkers({
      jobs: {
        boss,
        onWake: (listener) => {
          wake = listener;
        },
      },
      handlers,
      failures,
      onWatched: () => {},
      onWatchFailed: () => {},
    });
    wake([{ job }]);
    await expect.poll(() => works.has(kind), { interval: 1 }).toBe(true);
    await works.get(kind)?.([{ data: job, retryCount: 1 }]);
    expect(called).toEqual([[handler, ...given]]);
    expect(told).toEqual([[job, true]]);
  },
);
