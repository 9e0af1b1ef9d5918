import type { Clock } from "../../kernel/clock.ts";
import type { QueuedCall } from "../model/call-options.ts";
import type { Priority } from "../model/priorities.ts";
import type { SharingStatus, Slot, SlotSource } from "../model/slot-source.ts";
import { createPriorityQueue } from "./priority-queue.ts";

/** The state of the queue and of the limit at one moment. */
export interface LimiterReading extends SharingStatus {
  /** Waiting calls of each priority. */
  readonly waiting: Readonly<Record<Priority, number>>;
  /** The longest wait of a call until now, in milliseconds; 0 if no call waits. */
  readonly longestWaitMs: number;
  /** The rest of the pause after a 429, in milliseconds; 0 without a pause. */
  readonly pausedForMs: number;
  /** Slots granted since the start. */
  readonly granted: number;
}

/** The readable side of a limiter, for example for metrics. */
export interface LimiterStatus {
  /** The configured rate; `Infinity` for no limit. `read` gives the current rate. */
  readonly requestsPerMinute: number;
  read(): LimiterReading;
  /** How many calls would go before a new one of this priority. */
  aheadOf(priority: Priority): number;
}

/** A caller's request for a slot. */
export interface SlotRequest {
  readonly lane: Priority;
  /** Before other calls of the same priority: for another request of a call that has waited once. */
  readonly front?: boolean;
  readonly signal?: AbortSignal;
  readonly onQueued?: (call: QueuedCall) => void;
}

/** The permission to start one request. */
export interface GrantedStart extends Omit<Slot, "lane"> {
  readonly waitedMs: number;
  /** Whether the wait included a pause. Facts that the caller read before it may be outdated. */
  readonly heldBack: boolean;
}

/** Grants the starts of requests: never more than 1 + rate × t in any t seconds. */
export interface Limiter extends LimiterStatus, AsyncDisposable {
  /**
   * Resolves when the caller may start one request. No other request starts until the caller calls `started` or
   * `release`, for at most two seconds. Rejects with the signal's reason.
   */
  acquire(request: SlotRequest): Promise<GrantedStart>;
  /** Lets no request start for at least `ms` milliseconds from now. */
  pause(ms: number): void;
}

interface Waiter {
  readonly sinceMs: number;
  grant(slot: Slot): void;
  refuse(reason: unknown): void;
}

/** A limiter whose callers wait by priority for the slots of `slots`; pauses are measured on `clock`. */
export function createLimiter({
  slots,
  clock,
}: {
  readonly slots: SlotSource;
  readonly clock: Clock;
}): Limiter {
  const queue = createPriorityQueue<Waiter>();
  const closing = new AbortController();
  const pauses = createPauses(clock, closing.signal);
  let granted = 0;
  let granting = false;

  const nowMs = () => clock.now().getTime();
  const publishDemand = () => slots.peers?.publishDemand(queue.waitingPriorities());
  slots.peers?.onPause(pauses.add);

  // The waiter is chosen when the slot arrives, so that an emergency that was queued meanwhile gets it. A slot that
  // arrives during a pause is released: after the pause its request would start too near to the next one.
  async function grantSlots(): Promise<void> {
    if (granting) return;
    granting = true;
    try {
      while (queue.heads().length > 0) {
        await pauses.over();
        const slot = await slots.next();
        const waiter = pauses.remainingMs() > 0 ? undefined : queue.takeNext(slot.lane);
        if (waiter) {
          granted += 1;
          waiter.grant(slot);
          publishDemand();
        } else slot.release();
      }
    } catch (reason) {
      refuseAll(reason);
    } finally {
      // No `await` separates this from the check of the empty queue, so the next `acquire` starts the loop again.
      granting = false;
    }
  }

  function refuseAll(reason: unknown): void {
    for (let waiter = queue.takeNext(); waiter; waiter = queue.takeNext()) waiter.refuse(reason);
  }

  function acquire({ lane, front = false, signal, onQueued }: SlotRequest): Promise<GrantedStart> {
    return new Promise((resolve, reject) => {
      const gone = signal?.aborted ? signal : closing.signal;
      if (gone.aborted) return reject(gone.reason);
      const sinceMs = nowMs();
      const pausesBefore = pauses.ended();
      const waiter: Waiter = {
        sinceMs,
        grant: ({ isOpen, started, release }) => {
          signal?.removeEventListener("abort", leave);
          const heldBack = pauses.ended() > pausesBefore;
          resolve({ waitedMs: nowMs() - sinceMs, heldBack, isOpen, started, release });
        },
        refuse: (reason) => {
          signal?.removeEventListener("abort", leave);
          reject(reason);
        },
      };
      const leave = () => {
        queue.remove(lane, waiter);
        waiter.refuse(signal?.reason);
        publishDemand();
      };
      signal?.addEventListener("abort", leave, { once: true });
      queue.push(lane, waiter, front);
      publishDemand();
      onQueued?.({
        lane,
        ahead: () => queue.ahead(lane, waiter),
        waitedMs: () => nowMs() - sinceMs,
      });
      void grantSlots();
    });
  }

  return {
    requestsPerMinute: slots.requestsPerMinute,
    acquire,
    pause: (ms) => {
      pauses.add(ms);
      slots.peers?.pause(ms);
    },
    read: () => ({
      ...(slots.peers?.sharing() ?? {
        sharing: "alone",
        requestsPerMinute: slots.requestsPerMinute,
        replicas: 1,
      }),
      waiting: queue.counts(),
      longestWaitMs: Math.max(0, ...queue.heads().map((waiter) => nowMs() - waiter.sinceMs)),
      pausedForMs: pauses.remainingMs(),
      granted,
    }),
    aheadOf: (priority) => queue.ahead(priority),
    [Symbol.asyncDispose]: async () => {
      closing.abort(new Error("the Incydr client is closed"));
      refuseAll(closing.signal.reason);
      await slots.close();
    },
  };
}

/** The times during which no request may start. */
interface Pauses {
  /** Begins a pause of `ms` milliseconds; it doesn't shorten another. */
  add(ms: number): void;
  /** Resolves when no pause is under way; rejects when the limiter closes. */
  over(): Promise<void>;
  /** The rest of the longest pause, in milliseconds; 0 without a pause. */
  remainingMs(): number;
  /** The number of ended pauses. */
  ended(): number;
}

/** Creates the pauses. Each ends by a timer, because a clock that is set back would prolong it. */
function createPauses(clock: Clock, closing: AbortSignal): Pauses {
  const underWay = new Map<Promise<void>, { readonly untilMs: number; readonly lengthMs: number }>();
  let count = 0;
  const nowMs = () => clock.now().getTime();

  return {
    add: (ms) => {
      if (!(ms > 0)) return;
      const pause = clock.sleep(ms, closing).then(() => {
        underWay.delete(pause);
        count += 1;
      });
      pause.catch(() => undefined);
      underWay.set(pause, { untilMs: nowMs() + ms, lengthMs: ms });
    },
    over: async () => {
      while (underWay.size > 0) await Promise.all(underWay.keys());
    },
    remainingMs: () =>
      Math.max(
        0,
        ...[...underWay.values()].map((pause) => Math.min(pause.untilMs - nowMs(), pause.lengthMs)),
      ),
    ended: () => count,
  };
}
