import Bottleneck from "bottleneck";
import { type Clock, OVER, systemClock } from "../kernel/clock.ts";
import { longestOpenMs, type OpenSlot, openSlot } from "./open-slot.ts";
import type { Slot, SlotSource } from "./slot-source.ts";
import { waitOut } from "./wait-out.ts";

/**
 * Evenly spaced slots for this process alone: in any window of t minutes at most
 * 1 + `requestsPerMinute` × t. `Infinity` grants every slot at once.
 */
export function createLocalSlots({ requestsPerMinute }: { readonly requestsPerMinute: number }): SlotSource {
  if (requestsPerMinute === Number.POSITIVE_INFINITY) {
    return { requestsPerMinute, next: async () => freeSlot, close: async () => undefined };
  }
  const spacingMs = 60_000 / requestsPerMinute;
  // Its priorities don't work with minTime, so it runs a job that does nothing: those who wait stand in
  // our lanes, and the request itself runs outside, or its latency would lower the rate.
  const bottleneck = new Bottleneck({ maxConcurrent: 1, minTime: spacingMs });
  const nextPass = orderAhead(() => bottleneck.schedule(async () => undefined));
  const spacing = createSpacing(spacingMs, systemClock);
  let last: OpenSlot | undefined;
  return {
    requestsPerMinute,
    next: async () => {
      // As long as one may still start its request, it isn't known from where the next is to be measured.
      if (last?.slot.isOpen()) await endOf(last, systemClock);
      await nextPass();
      await spacing.keep();
      last = openSlot({ onStarted: spacing.used });
      return last.slot;
    },
    close: async () => {
      last?.close();
      await bottleneck.stop({ dropWaitingJobs: true });
    },
  };
}

/** Jobs of Bottleneck that are ordered before they are needed. */
const AHEAD = 4;

/**
 * Bottleneck takes about five milliseconds for a job beside its minTime, which jobs that are ordered ahead spend while
 * nobody waits. How far apart requests start is measured behind it.
 */
function orderAhead(order: () => Promise<void>): () => Promise<void> {
  const ordered: Promise<void>[] = [];
  return async () => {
    while (ordered.length <= AHEAD) {
      const pass = order();
      // Of those that nobody came for when it is stopped nobody has to hear.
      pass.catch(() => undefined);
      ordered.push(pass);
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
      await waitOut(() => lastAtMs + spacingMs - performance.now(), clock);
      used();
    },
  };
}
