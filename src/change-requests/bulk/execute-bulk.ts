import type { Clock } from "../../kernel/clock.ts";
import type { Executor } from "../execution/executor.ts";
import type { BulkLock } from "../ports/locks.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";

/** The number of targets of a bulk that a job works on at the same time. */
const WIDTH = 6;
/**
 * How long one job works on a bulk before it enqueues the next, in milliseconds. The next job tries waiting targets
 * again. While the last targets of a job finish, no other target begins.
 */
const TURN_MS = 120_000;
/** When a job tries again if another job works on the bulk, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * Makes the job that executes the targets of a bulk in their order. The job ends when all targets are settled, when a
 * person pauses or stops the bulk, or when all targets have to wait. After a crash it continues. Each run reads people
 * and authority again.
 */
export function createExecuteBulk(options: {
  executeTarget: Executor["executeTarget"];
  uow: UnitOfWork;
  bulkLock: BulkLock;
  clock: Clock;
  isOutage: (error: unknown) => boolean;
}) {
  const { executeTarget, uow, bulkLock, clock, isOutage } = options;

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
      // If the bulk still has to wait, the reason is stored again.
      await tx.requests.update(requestId, { waitingFor: null });
      return tx.requests.targetsIn(requestId, ["waiting", "executing"]);
    });
    const endsAtMs = clock.now().getTime() + TURN_MS;
    let next = 0;
    const faults: unknown[] = [];
    let isHalted = open.length === 0 || (await mustHalt(requestId));
    const work = async () => {
      for (;;) {
        const target = open[next];
        if (!target || isHalted || clock.now().getTime() >= endsAtMs) return;
        next += 1;
        try {
          await executeTarget(requestId, target.position);
          isHalted ||= await mustHalt(requestId);
        } catch (error) {
          // A fault of one target does not stop the others.
          faults.push(error);
          isHalted ||= isOutage(error);
        }
      }
    };
    // All workers end before the lock of the bulk is released.
    await Promise.all(Array.from({ length: WIDTH }, work));
    const outage = faults.find(isOutage);
    if (outage !== undefined) throw outage;
    const isAllTried = isHalted || next >= open.length;
    // The next job tries the failed targets again. Once all were tried, the first fault counts.
    if (isAllTried && faults.length > 0) throw faults[0];
    if (isAllTried) return;
    await uow.run((tx) => tx.jobs.enqueue({ kind: "execute_bulk", requestId }));
  }

  /** Whether all targets have to wait. */
  async function mustHalt(requestId: number): Promise<boolean> {
    const now = await uow.read(({ requests }) => requests.progress(requestId));
    if (!now || now.paused) return true;
    if (now.state !== "approved" && now.state !== "executing") return true;
    return now.waitingFor !== null && now.waitingFor !== "subject";
  }
}
