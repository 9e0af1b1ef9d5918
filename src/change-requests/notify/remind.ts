import { DirectoryUnavailableError } from "../../authorization/index.ts";
import { isIncydrOutage } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { withNewCorrelation } from "../../kernel/correlation.ts";
import { runEach } from "../../kernel/run-each.ts";
import { requestReminded } from "../lifecycle/request-audit-entries.ts";
import type { ChangeRequest } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import type { InvitedApprovers } from "../policy/invited-approvers.ts";
import { progressOf, requirementsOf } from "../policy/requirements.ts";
import type { DigestDisplay, DigestLine, Reminder } from "../ports/reminder-ports.ts";
import type { Transaction, UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";

/** Reminds of waiting requests, many in one message. Each method is idempotent. */
export interface Reminders {
  /** Makes a digest of all due reminders. If it is too early for one, enqueues itself again. */
  remind(requestId: number, step: Reminder["step"]): Promise<void>;
  /** Posts a digest of the requests that still wait. */
  postDigest(digestId: number): Promise<void>;
}

/** The shortest time between two digests, in milliseconds: reminders that become due meanwhile share a message. */
const DIGEST_PAUSE_MS = 5 * 60_000;

export function createReminders(options: {
  uow: UnitOfWork;
  display: DigestDisplay;
  invitedApprovers: InvitedApprovers;
  clock: Clock;
  isOutage: (error: unknown) => boolean;
}): Reminders {
  const { uow, display, invitedApprovers, clock, isOutage } = options;
  return {
    // A digest gets a new correlation id, because it is about several requests.
    remind: (requestId, step) =>
      withNewCorrelation(() =>
        uow.run(async (tx) => {
          const lastMadeAt = await tx.reminders.lockDigests();
          const planned = await tx.reminders.find(requestId, step);
          // If the request waits again, a new job is enqueued.
          if (!planned || !(await stillWaits(tx, planned))) return;
          const at = clock.now();
          const until = waitUntil(planned.dueAt, lastMadeAt, at);
          if (until) {
            const startAfter = wakeTime(clock, until);
            return tx.jobs.enqueue({ kind: "remind", requestId, step }, { startAfter });
          }

          const due = await tx.reminders.due(at);
          const digestId = await tx.reminders.addDigest(due, at);
          for (const reminder of due) {
            const request = await tx.requests.get(reminder.requestId);
            await tx.audit.append(requestReminded(reminder, { request, digestId, at }));
            if (reminder.step === "revocation")
              await tx.jobs.enqueue({
                kind: "announce",
                requestId: reminder.requestId,
                topic: `grants_overdue:${digestId}`,
              });
          }
          await tx.jobs.enqueue({ kind: "post_digest", digestId });
        }),
      ),

    async postDigest(digestId) {
      const lines: DigestLine[] = [];
      const steps = [
        async () =>
          runEach(await uow.run((tx) => readDigest(tx, digestId)), isOutage, async (waiting) => {
            lines.push({ ...waiting, invitedApprovers: await invitedTo(waiting.request) });
          }),
        async () => {
          if (lines.length > 0) await display.showDigest(digestId, lines);
        },
      ];
      // A request that fails does not keep the others out of the digest.
      await runEach(steps, isOutage, (step) => step());
    },
  };

  /** Resolves to an empty list while Slack or Incydr is down, so that the digest is still posted. */
  async function invitedTo(request: ChangeRequest): Promise<readonly string[]> {
    try {
      return await invitedApprovers(request);
    } catch (error) {
      if (error instanceof DirectoryUnavailableError || isIncydrOutage(error)) return [];
      throw error;
    }
  }
}

/** When a digest can be made; `null` if at once. */
function waitUntil(dueAt: Date, lastMadeAt: Date | null, now: Date): Date | null {
  if (now < dueAt) return dueAt;
  // After the clock was set back, the last digest may be in the future. Then it delays nothing.
  if (!lastMadeAt || lastMadeAt > now) return null;
  const pauseEnd = new Date(lastMadeAt.getTime() + DIGEST_PAUSE_MS);
  return now < pauseEnd ? pauseEnd : null;
}

/** Whether the request still waits for this step. */
async function stillWaits(tx: Transaction, { requestId, step }: Reminder): Promise<boolean> {
  if (step === "revocation") return (await revokingOf(tx, requestId)).length > 0;
  return (await tx.requests.get(requestId))?.state === "pending";
}

async function revokingOf(tx: Transaction, requestId: number): Promise<readonly Grant[]> {
  return (await tx.grants.ofRequest(requestId)).filter(({ state }) => state === "revoking");
}

/** A line of a digest before its invited approvers are known. */
type Waiting = Omit<DigestLine, "invitedApprovers">;

/** The lines of a digest, oldest request first. An escalation replaces the reminder of the same request. */
async function readDigest(tx: Transaction, digestId: number): Promise<Waiting[]> {
  const reminders = await tx.reminders.ofDigest(digestId);
  const escalated = new Set(
    reminders.flatMap(({ step, requestId }) => (step === "escalation" ? [requestId] : [])),
  );
  const lines: Waiting[] = [];
  for (const reminder of reminders) {
    const { requestId, step, escalateTo } = reminder;
    if (step === "reminder" && escalated.has(requestId)) continue;
    const request = await tx.requests.get(requestId);
    if (!request || !(await stillWaits(tx, reminder))) continue;
    // The policies may require more approvals than the card says, so at least one is missing.
    const approvalsMissing = Math.max(1, progressOf(requirementsOf(request)).missing);
    const revoking = step === "revocation" ? await revokingOf(tx, requestId) : [];
    lines.push({ request, step, escalateTo, approvalsMissing, revoking });
  }
  return lines;
}
