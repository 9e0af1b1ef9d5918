import type { Clock } from "../../kernel/clock.ts";
import type { Executor } from "../execution/executor.ts";
import { type PeopleSources, rememberIdentities } from "../policy/check-authority.ts";
import type { BulkLock } from "../ports/locks.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";

/** Targets of one bulk that are worked on at once. */
const WIDTH = 6;
/**
 * How long one job works on a bulk before it leaves the rest to the next, in milliseconds. At its end the last
 * targets are waited for while nothing else is asked of Incydr; whoever had to wait is tried again after it.
 */
const TURN_MS = 120_000;
/** When a job looks again that found another one at work, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * Makes the function that carries a bulk further, target by target in their order, until everything is
 * settled, it is paused or stopped, or something has to be waited for. Whatever a crash left is taken up where
 * it was. Who the people are, and whether they may, is read anew all the time.
 */
export function createExecuteBulk(options: {
  executeTarget: Executor["executeTarget"];
  people: PeopleSources;
  uow: UnitOfWork;
  bulkLock: BulkLock;
  clock: Clock;
  isOutage: (error: unknown) => boolean;
}) {
  const { executeTarget, people, uow, bulkLock, clock, isOutage } = options;

  return async function executeBulk(requestId: number): Promise<void> {
    const ran = await bulkLock.tryWithLock(requestId, () => executeOpenTargets(requestId));
    if (ran) return;
    await uow.run(async (tx) => {
      const startAfter = wakeTime(clock, new Date(clock.now().getTime() + AGAIN_MS));
      await tx.jobs.enqueue({ kind: "execute_bulk", requestId }, { startAfter });
    });
  };

  async function executeOpenTargets(requestId: number): Promise<void> {
    const open = await uow.run(async (tx) => {
      // What was waited for may have come; whatever still has to be waited for says so again.
      await tx.requests.update(requestId, { waitingFor: null });
      return tx.requests.targetsIn(requestId, ["waiting", "executing"]);
    });
    const endsAtMs = clock.now().getTime() + TURN_MS;
    // For each target the same few people are asked for.
    const asked = rememberIdentities(people, clock);
    let next = 0;
    const faults: unknown[] = [];
    let isHalted = open.length === 0 || (await mustHalt(requestId));
    const work = async () => {
      for (;;) {
        const target = open[next];
        if (!target || isHalted || clock.now().getTime() >= endsAtMs) return;
        next += 1;
        try {
          await executeTarget(requestId, target.position, asked);
          isHalted ||= await mustHalt(requestId);
        } catch (error) {
          // A fault of one target keeps no other from its turn.
          faults.push(error);
          isHalted ||= isOutage(error);
        }
      }
    };
    // All of them have ended before the bulk is anybody else's.
    await Promise.all(Array.from({ length: WIDTH }, work));
    const outage = faults.find(isOutage);
    if (outage !== undefined) throw outage;
    const isAllTried = isHalted || next >= open.length;
    // While others wait for their turn, the next job tries the target again: a fault is one once all were tried.
    if (isAllTried && faults.length > 0) throw faults[0];
    if (isAllTried) return;
    await uow.run((tx) => tx.jobs.enqueue({ kind: "execute_bulk", requestId }));
  }

  /** Whether the other targets would fare no better now. */
  async function mustHalt(requestId: number): Promise<boolean> {
    const now = await uow.read(({ requests }) => requests.progress(requestId));
    if (!now || now.paused) return true;
    if (now.state !== "approved" && now.state !== "executing") return true;
    return now.waitingFor !== null && now.waitingFor !== "subject";
  }
}
