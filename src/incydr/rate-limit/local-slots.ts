import Bottleneck from "bottleneck";
import { type Clock, OVER, systemClock } from "../../kernel/clock.ts";
import type { Slot, SlotSource } from "../model/slot-source.ts";
import { longestOpenMs, type OpenSlot, openSlot } from "./open-slot.ts";
import { sleepUntil } from "./sleep-until.ts";

/**
 * Evenly spaced slots for this process alone: at most 1 + `requestsPerMinute` × t in any window of t minutes.
 * `Infinity` grants every slot at once.
 */
export function createLocalSlots({ requestsPerMinute }: { readonly requestsPerMinute: number }): SlotSource {
  if (requestsPerMinute === Number.POSITIVE_INFINITY) {
    return { requestsPerMinute, next: async () => freeSlot, close: async () => undefined };
  }
  const spacingMs = 60_000 / requestsPerMinute;
  const permits = createPermits(spacingMs, systemClock);
  const spacing = createSpacing(spacingMs, systemClock);
  let last: OpenSlot | undefined;
  return {
    requestsPerMinute,
    next: async () => {
      // The distance to the next slot is measured from the start of the last request, which may still be to come.
      if (last?.slot.isOpen()) await endOf(last, systemClock);
      await permits.next();
      await spacing.keep();
      last = openSlot({ onStarted: spacing.used });
      return last.slot;
    },
    close: async () => {
      last?.close();
      await permits.close();
    },
  };
}

/** Jobs that Bottleneck gets before their permits are needed. */
const AHEAD = 4;
/** If a permit is later than this, its Bottleneck is replaced. In milliseconds. */
const OVERDUE_AFTER_MS = 1_000;

/**
 * Permits of Bottleneck, one for each slot. Bottleneck's jobs do nothing: its priorities don't work with `minTime`, so
 * calls wait in our own queue. Requests run outside its jobs, or their latency would lower the rate.
 *
 * Bottleneck plans its jobs by the machine's clock. If that clock is set back, Bottleneck delays all jobs by that time.
 * So an overdue permit leads to a new Bottleneck. `createSpacing` keeps the distance meanwhile.
 */
function createPermits(spacingMs: number, clock: Clock) {
  const open = () => {
    const bottleneck = new Bottleneck({ maxConcurrent: 1, minTime: spacingMs });
    const stop = () => bottleneck.stop({ dropWaitingJobs: true });
    return { next: orderAhead(() => bottleneck.schedule(async () => undefined)), stop };
  };
  let current = open();
  return {
    async next(): Promise<void> {
      const arrived = new AbortController();
      const tooLong = clock.sleep(spacingMs + OVERDUE_AFTER_MS, arrived.signal).then(
        () => "overdue",
        () => undefined,
      );
      try {
        if ((await Promise.race([current.next(), tooLong])) !== "overdue") return;
        const old = current;
        current = open();
        await old.stop();
      } finally {
        arrived.abort(OVER);
      }
    },
    close: () => current.stop(),
  };
}

/**
 * Orders jobs before they are needed: a job takes Bottleneck about five milliseconds more than `minTime`.
 * `createSpacing` then keeps the exact distance.
 */
function orderAhead(order: () => Promise<void>): () => Promise<void> {
  const ordered: Promise<void>[] = [];
  return async () => {
    while (ordered.length <= AHEAD) {
      const permit = order();
      // Bottleneck rejects the permits that are unused when it stops. Nothing handles these rejections.
      permit.catch(() => undefined);
      ordered.push(permit);
    }
    await ordered.shift();
  };
}

const freeSlot: Slot = { isOpen: () => true, started: () => undefined, release: () => undefined };

/** Resolves when `open` is used or released, and closes it if that takes too long. */
async function endOf(open: OpenSlot, clock: Clock): Promise<void> {
  const timer = new AbortController();
  const tooLong = clock.sleep(longestOpenMs, timer.signal).catch(() => undefined);
  await Promise.race([open.ended, tooLong]);
  timer.abort(OVER);
  open.close();
}

/**
 * Keeps the distance to the last slot, on the monotonic clock. Bottleneck keeps a fixed schedule instead: after a slot
 * that a busy event loop made late, its next slot comes too soon.
 */
function createSpacing(spacingMs: number, clock: Clock) {
  let lastAtMs = Number.NEGATIVE_INFINITY;
  const used = () => {
    lastAtMs = performance.now();
  };
  return {
    used,
    async keep(): Promise<void> {
      await sleepUntil(() => lastAtMs + spacingMs - performance.now(), clock);
      used();
    },
  };
}
