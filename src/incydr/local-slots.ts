import Bottleneck from "bottleneck";
import { type Clock, systemClock } from "../kernel/clock.ts";
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
  const spacing = createSpacing(spacingMs, systemClock);
  return {
    requestsPerMinute,
    next: async () => {
      await bottleneck.schedule(async () => undefined);
      await spacing.keep();
      return { started: spacing.used };
    },
    close: async () => {
      await bottleneck.stop({ dropWaitingJobs: true });
    },
  };
}

const freeSlot: Slot = { started: () => undefined };

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
