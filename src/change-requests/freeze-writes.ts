import { type Authorizer, FRESH, RECENT } from "../authorization/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { assertDeciding } from "./assert-deciding.ts";
import { executionJob } from "./execution-lane.ts";
import type { Freeze, Transaction, UnitOfWork } from "./ports.ts";
import { FreezeUnchangedError, ReasonFaultError } from "./request-errors.ts";
import { reasonFault } from "./text-faults.ts";

/** Stops every write at the executor, for everyone, at once; and lets them go on. Look-ups go on meanwhile. */
export interface FreezeSwitch {
  /** @throws {ForbiddenError | FreezeUnchangedError | ReasonFaultError} */
  freeze(slackUserId: string, reason: string | null): Promise<Freeze>;
  /** @throws {ForbiddenError | FreezeUnchangedError} */
  unfreeze(slackUserId: string): Promise<void>;
}

export function createFreezeSwitch(options: {
  authorizer: Authorizer;
  uow: UnitOfWork;
  clock: Clock;
}): FreezeSwitch {
  const { authorizer, uow, clock } = options;
  return {
    async freeze(slackUserId, reason) {
      // The brake has to work while Slack can't be asked; nobody gains by it.
      const person = await authorizer.authorize(slackUserId, "freeze", { freshness: RECENT });
      // Without a reason it freezes at once; one that is given has to say something.
      const fault = reason === null ? null : reasonFault(reason, "Give a reason, or none at all.");
      if (fault !== null) throw new ReasonFaultError(`${fault} Nothing is frozen yet.`);
      const freeze: Freeze = { by: { slackUserId, email: person.email }, at: clock.now(), reason };
      await uow.run(async (tx) => {
        const current = await tx.freeze.current({ forChange: true });
        if (current) throw new FreezeUnchangedError("Writes to Incydr are frozen already.");
        await tx.freeze.set(freeze);
        await tx.audit.append({
          kind: "writes.frozen",
          at: freeze.at,
          actor: freeze.by,
          requestId: null,
          subject: null,
          policyHash: person.policyHash,
          details: { reason },
        });
        for (const requestId of await held(tx)) await tx.jobs.enqueue({ kind: "show_card", requestId });
      });
      return freeze;
    },

    async unfreeze(slackUserId) {
      const person = await authorizer.authorize(slackUserId, "unfreeze", { freshness: FRESH });
      await uow.run(async (tx) => {
        if (!(await tx.freeze.current({ forChange: true })))
          throw new FreezeUnchangedError("Writes to Incydr are not frozen.");
        await assertDeciding(tx, person.policyHash);
        await tx.freeze.set(null);
        await tx.audit.append({
          kind: "writes.unfrozen",
          at: clock.now(),
          actor: { slackUserId, email: person.email },
          requestId: null,
          subject: null,
          policyHash: person.policyHash,
          details: {},
        });
        for (const request of await tx.requests.unfinished()) {
          await tx.jobs.enqueue(executionJob(request));
          await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
        }
        for (const requestId of await tx.grants.due(clock.now())) {
          await tx.jobs.enqueue({ kind: "end_grants", requestId });
          await tx.jobs.enqueue({ kind: "show_card", requestId });
        }
      });
    },
  };

  /** Requests that a freeze holds up: those that are to be carried out, and those whose roles are to be taken away. */
  async function held(tx: Transaction): Promise<readonly number[]> {
    const unfinished = await tx.requests.unfinished();
    return [...unfinished.map(({ id }) => id), ...(await tx.grants.due(clock.now()))];
  }
}
