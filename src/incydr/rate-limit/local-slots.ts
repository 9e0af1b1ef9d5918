import Bottleneck from "bottleneck";
import { type Clock, OVER, systemClock } from "../../kernel/clock.ts";
import type { Slot, SlotSource } from "../model/slot-source.ts";
import { longestOpenMs, type OpenSlot, openSlot } from "./open-slot.ts";
import { sleepUntil } from "./sleep-until.ts";

/**
 * Evenly spaced slots for this process alone: in any window of t minutes at most
 * 1 + `requestsPerMinute` × t. `Infinity` grants every slot at once.
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
      // As long as one may still start its request, it isn't known from where the next is to be measured.
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

/** Jobs of Bottleneck that are ordered before they are needed. */
const AHEAD = 4;
/** How much later than its time a permit may come before its Bottleneck is replaced, in milliseconds. */
const OVERDUE_AFTER_MS = 1_000;

/**
 * Permits of Bottleneck, one for each slot. Bottleneck's priorities don't work with minTime, so its jobs do nothing: the
 * callers wait in our own queue, and the request itself runs outside, or its latency would lower the rate.
 *
 * Bottleneck dates its schedule by the machine's clock. If that clock is set back, Bottleneck holds every job for as
 * long. A permit that is overdue is therefore given up, and Bottleneck replaced: the spacing is measured behind it.
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
 * Bottleneck takes about five milliseconds for a job beside its minTime, which jobs that are ordered ahead spend while
 * nobody waits. How far apart requests start is measured behind it.
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

/** Resolves when `open` is used or given back, and makes it void if that takes too long. */
async function endOf(open: OpenSlot, clock: Clock): Promise<void> {
  const timer = new AbortController();
  const tooLong = clock.sleep(longestOpenMs, timer.signal).catch(() => undefined);
  await Promise.race([open.ended, tooLong]);
  timer.abort(OVER);
  open.close();
}

/**
 * Bottleneck keeps to a schedule: after a slot that a busy event loop made late, the next one comes too
 * soon. This measures from the slot before instead, on the monotonic clock, so a late slot is never made up.
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
