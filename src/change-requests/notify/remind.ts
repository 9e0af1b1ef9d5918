import { DirectoryUnavailableError } from "../../authorization/index.ts";
import { isIncydrOutage } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { withNewCorrelation } from "../../kernel/correlation.ts";
import { runEach } from "../../kernel/run-each.ts";
import { requestReminded } from "../lifecycle/request-audit-entries.ts";
import type { ChangeRequest } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import type { PeopleToInvite } from "../policy/people-to-invite.ts";
import { progressOf, requirementsOf } from "../policy/requirements.ts";
import type { DigestDisplay, DigestLine, Reminder } from "../ports/reminder-ports.ts";
import type { Transaction, UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";

/** Reminds of requests that wait, many in one message. Each may run twice with the effect of once. */
export interface Reminders {
  /**
   * Makes a digest of everything that is due, if this step of this request is; woken too early, or soon after
   * the last digest, it waits on.
   */
  remind(requestId: number, step: Reminder["step"]): Promise<void>;
  /** Posts a digest: of what it tells, whatever waits still. */
  postDigest(digestId: number): Promise<void>;
}

/** How long after a digest the next one comes at the earliest: what becomes due in between is one message. */
const DIGEST_PAUSE_MS = 5 * 60_000;

export function createReminders(options: {
  uow: UnitOfWork;
  display: DigestDisplay;
  peopleToInvite: PeopleToInvite;
  clock: Clock;
  isOutage: (error: unknown) => boolean;
}): Reminders {
  const { uow, display, peopleToInvite, clock, isOutage } = options;
  return {
    // A digest tells of several requests, and is no work of the one whose reminder comes first.
    remind: (requestId, step) =>
      withNewCorrelation(() =>
        uow.run(async (tx) => {
          const lastMadeAt = await tx.reminders.lockDigests();
          const planned = await tx.reminders.find(requestId, step);
          // When it waits again it is woken again.
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
            lines.push({ ...waiting, peopleToInvite: await invitedTo(waiting.request) });
          }),
        async () => {
          if (lines.length > 0) await display.showDigest(digestId, lines);
        },
      ];
      // One request that fails keeps no other out of the digest.
      await runEach(steps, isOutage, (step) => step());
    },
  };

  /** Nobody is named while it can't be found out who may approve: all the others are reminded all the same. */
  async function invitedTo(request: ChangeRequest): Promise<readonly string[]> {
    try {
      return await peopleToInvite(request);
    } catch (error) {
      if (error instanceof DirectoryUnavailableError || isIncydrOutage(error)) return [];
      throw error;
    }
  }
}

/** Until when a digest has to wait; `null` if it can be made. */
function waitUntil(dueAt: Date, lastMadeAt: Date | null, now: Date): Date | null {
  if (now < dueAt) return dueAt;
  // A digest of the future was made before the clock was set back: it holds nothing up.
  if (!lastMadeAt || lastMadeAt > now) return null;
  const pauseEnd = new Date(lastMadeAt.getTime() + DIGEST_PAUSE_MS);
  return now < pauseEnd ? pauseEnd : null;
}

/** Whether there is still what it was to remind of. */
async function stillWaits(tx: Transaction, { requestId, step }: Reminder): Promise<boolean> {
  if (step === "revocation") return (await revokingOf(tx, requestId)).length > 0;
  return (await tx.requests.get(requestId))?.state === "pending";
}

async function revokingOf(tx: Transaction, requestId: number): Promise<readonly Grant[]> {
  return (await tx.grants.ofRequest(requestId)).filter(({ state }) => state === "revoking");
}

/** The content of a digest about a request, before its invited approvers are known. */
type Waiting = Omit<DigestLine, "peopleToInvite">;

/** What a digest tells, oldest request first; one that is escalated needn't be reminded of as well. */
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
    // The policies may ask a request that has as many approvals as its card says for another.
    const approvalsMissing = Math.max(1, progressOf(requirementsOf(request)).missing);
    const revoking = step === "revocation" ? await revokingOf(tx, requestId) : [];
    lines.push({ request, step, escalateTo, approvalsMissing, revoking });
  }
  return lines;
}
