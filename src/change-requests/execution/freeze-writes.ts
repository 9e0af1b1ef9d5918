import { writesFrozen, writesUnfrozen } from "../../audit/index.ts";
import { type Authorizer, FRESH, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { FreezeUnchangedError, ReasonFaultError } from "../model/request-errors.ts";
import { reasonFault } from "../model/text-faults.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { executionJob } from "../ports/execution-lane.ts";
import type { FreezeNotice } from "../ports/job.ts";
import type { Freeze, Transaction, UnitOfWork } from "../ports/storage.ts";

/** Whether a freeze or the configuration stops all changes. */
export type IsFrozen = () => Promise<boolean>;

/** `readOnly`: whether the configuration stops every change. */
export function createIsFrozen({ uow, readOnly }: { uow: UnitOfWork; readOnly: boolean }): IsFrozen {
  return async () => readOnly || (await uow.read(({ freeze }) => freeze.read())) !== null;
}

/**
 * Stops every write at the executor at once, and allows writes again. Look-ups go on. `attemptId` is the same for each
 * delivery of one command, which acts once.
 */
export interface FreezeSwitch {
  /**
   * @throws {ForbiddenError | FreezeUnchangedError} if the policies forbid it, or changes are frozen already
   * @throws {ReasonFaultError} if the reason has a fault
   */
  freeze(slackUserId: string, reason: string | null, attemptId: string): Promise<Freeze | "repeated">;
  /** @throws {ForbiddenError | FreezeUnchangedError} if the policies forbid it, or changes are not frozen */
  unfreeze(slackUserId: string, attemptId: string): Promise<Unfrozen | "repeated">;
}

export interface Unfrozen {
  /** The configuration still stops all changes. */
  readonly isReadOnly: boolean;
}

export function createFreezeSwitch(options: {
  authorizer: Authorizer;
  uow: UnitOfWork;
  clock: Clock;
  /** Whether the configuration stops every change. */
  readOnly: boolean;
}): FreezeSwitch {
  const { authorizer, uow, clock, readOnly } = options;
  return {
    async freeze(slackUserId, reason, attemptId) {
      if (await isRepeated(attemptId)) return "repeated";
      // A freeze must work while Slack does not answer, and it gives nobody a permission.
      const person = await authorizer.authorize(slackUserId, "freeze", { freshness: RECENT });
      // A freeze needs no reason, but a given reason has to say something.
      const fault = reason === null ? null : reasonFault(reason);
      if (fault !== null) throw new ReasonFaultError("freeze", fault);
      const freeze: Freeze = { by: { slackUserId, email: person.email }, at: clock.now(), reason };
      await uow.run(async (tx) => {
        const current = await tx.freeze.current({ forChange: true });
        if (current) throw new FreezeUnchangedError("frozen");
        await tx.freeze.set(freeze);
        const { policyHash } = person;
        await tx.audit.append(writesFrozen({ actor: freeze.by, at: freeze.at, policyHash }, reason));
        await tx.jobs.enqueue({ kind: "announce_freeze", notice: noticeOf(freeze) });
        await showAffected(tx);
      });
      return freeze;
    },

    async unfreeze(slackUserId, attemptId) {
      if (await isRepeated(attemptId)) return "repeated";
      const person = await authorizer.authorize(slackUserId, "unfreeze", { freshness: FRESH });
      await uow.run(async (tx) => {
        const freeze = await tx.freeze.current({ forChange: true });
        if (!freeze) throw new FreezeUnchangedError(readOnly ? "read_only" : "not_frozen");
        await assertDeciding(tx, person.policyHash);
        await tx.freeze.set(null);
        const at = clock.now();
        const { email, policyHash } = person;
        await tx.audit.append(writesUnfrozen({ actor: { slackUserId, email }, at, policyHash }));
        const ended = { by: slackUserId, at: at.toISOString() };
        await tx.jobs.enqueue({ kind: "announce_freeze", notice: noticeOf(freeze, ended) });
        for (const request of await tx.requests.unfinished()) await tx.jobs.enqueue(executionJob(request));
        for (const requestId of await tx.grants.due(at))
          await tx.jobs.enqueue({ kind: "end_grants", requestId });
        await showAffected(tx);
      });
      return { isReadOnly: readOnly };
    },
  };

  /** Whether this command was delivered before, also without effect. A repetition must not change a later freeze. */
  function isRepeated(attemptId: string): Promise<boolean> {
    return uow.run(async (tx) => !(await tx.clicks.claim(attemptId, clock.now())));
  }
}

async function showAffected(tx: Transaction): Promise<void> {
  for (const requestId of await tx.requests.affectedByFreeze())
    await tx.jobs.enqueue({ kind: "show_card", requestId });
}

/** Announces in the approvals channel that all changes are stopped. Each method is idempotent. */
export interface FreezeDisplay {
  /**
   * Posts or updates the announcement of a freeze. `inForce` reads at that moment which freeze is in force. A freeze that
   * is over is not announced as in force. Its end gets no new message while another freeze is in force.
   */
  showFreeze(freeze: AnnouncedFreeze, inForce: () => Promise<FreezeInForce>): Promise<void>;
  /** Posts or updates the announcement that the configuration stops all changes. If it never did, posts nothing. */
  showReadOnly(readReadOnly: () => Promise<boolean>): Promise<void>;
}

/** Which freeze is in force, compared with the announced one. */
export type FreezeInForce = "this" | "another" | "none";

/** The announcement of a freeze, without its reason. */
export type AnnouncedFreeze = Exclude<FreezeNotice, "read_only">;

export function noticeOf({ by, at }: Freeze, ended: AnnouncedFreeze["ended"] = null): AnnouncedFreeze {
  return { by: by.slackUserId, at: at.toISOString(), ended };
}

/** Makes the job that announces a freeze, its end, or a start with READ_ONLY=true. */
export function createPostFreezeNotice({ uow, display }: { uow: UnitOfWork; display: FreezeDisplay }) {
  return async function postFreezeNotice(notice: FreezeNotice): Promise<void> {
    if (notice === "read_only")
      return display.showReadOnly(() => uow.run((tx) => tx.upkeep.lastStartReadOnly()));
    // An outage can delay a notice until the freeze is over, or until the next freeze was announced.
    await display.showFreeze(notice, () => inForce(notice));
  };

  async function inForce({ at }: AnnouncedFreeze): Promise<FreezeInForce> {
    const current = await uow.read(({ freeze }) => freeze.read());
    if (!current) return "none";
    return current.at.toISOString() === at ? "this" : "another";
  }
}
