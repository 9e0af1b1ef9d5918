import type { Clock } from "../../kernel/clock.ts";
import type { Priority } from "../model/priorities.ts";
import type { Sharing, SharingStatus, Slot, SlotSource } from "../model/slot-source.ts";
import { untilAborted } from "../model/until-aborted.ts";
import { createLocalSlots } from "./local-slots.ts";
import { leaseMs } from "./shared-limiter-state.ts";
import { JoinRefusedError, type OpenSlotSession, type SlotSession } from "./slot-session.ts";

export interface SharedSlotsOptions {
  readonly requestsPerMinute: number;
  /** The part of the rate that this replica uses while Redis can't be reached: above 0, at most 1. */
  readonly share: number;
  readonly openSession: OpenSlotSession;
  readonly clock: Clock;
  /** Called for each change of `sharing`, and for the first failure; `reason` says why Redis can't be used. */
  readonly onChange: (status: SharingStatus, reason: unknown) => void;
}

const retryMs = 500;
// A session that ends sooner counts as failed, and the next connection waits longer. After each session the fallback
// starts no request for some time.
const lastingMs = 10_000;
const longestRetryMs = 30_000;

/**
 * Slots of a rate that all replicas share, and of this replica's share while Redis can't be reached. In any window of
 * t at most 1 + rate × t requests of all replicas start. A replica in fallback starts at most 1 + share × rate × t,
 * which the others leave unused. Calls keep waiting when Redis is lost or found again.
 */
export function createSharedSlots(options: SharedSlotsOptions): SlotSource {
  const { requestsPerMinute, clock } = options;
  const fallbackRate = requestsPerMinute * options.share;
  const closing = new AbortController();
  const handoff = createSlotHandoff();
  const fallback = createLocalSlots({ requestsPerMinute: fallbackRate });
  let nextFallbackSlot: Promise<Slot> | undefined;
  let sharing: Sharing = "cut_off";
  let reported: Sharing | undefined;
  let session: SlotSession | undefined;
  let waiting: ReadonlySet<Priority> = new Set();
  // While the lease of this replica lasts, the others use its share. A process that this one replaced may have had a
  // lease until just now.
  let leaseSeenMs = clock.now().getTime();
  let pauseHere: (ms: number) => void = () => undefined;

  const status = (): SharingStatus => ({
    sharing,
    ...(session?.heard() ?? { requestsPerMinute: fallbackRate, replicas: 1 }),
  });

  function setSharing(now: Sharing, reason: unknown): void {
    sharing = now;
    if (reported !== now) options.onChange(status(), reason);
    reported = now;
  }

  // Starts when the lease has expired, plus the distance of the fallback rate to the last request.
  async function serveFallback(signal: AbortSignal): Promise<void> {
    try {
      const silenceMs = leaseMs + 60_000 / fallbackRate;
      const sinceMs = Math.max(clock.now().getTime() - leaseSeenMs, 0);
      if (sinceMs < silenceMs) await clock.sleep(silenceMs - sinceMs, signal);
      for (;;) {
        await untilAborted(handoff.wanted(), signal);
        nextFallbackSlot ??= fallback.next();
        const slot = await untilAborted(nextFallbackSlot, signal);
        nextFallbackSlot = undefined;
        // Once the replica shares the limit, the fallback must not start more requests.
        handoff.deliver({ ...slot, isOpen: () => slot.isOpen() && !signal.aborted });
      }
    } catch (reason) {
      if (!signal.aborted) throw reason;
    }
  }

  async function connect(firstWaitMs: number): Promise<SlotSession> {
    const listener = { onSlot: handoff.deliver, onPause: (ms: number) => pauseHere(ms) };
    if (firstWaitMs > 0) await clock.sleep(firstWaitMs, closing.signal);
    for (;;) {
      try {
        return await options.openSession(listener);
      } catch (reason) {
        if (!closing.signal.aborted) setSharing("cut_off", reason);
        await clock.sleep(retryMs, closing.signal);
      }
    }
  }

  /** Connects, and serves the fallback share until then. Resolves once the fallback has ended. */
  async function connectWithFallback(firstWaitMs: number): Promise<SlotSession> {
    const stopping = new AbortController();
    const serving = serveFallback(AbortSignal.any([stopping.signal, closing.signal]));
    try {
      return await connect(firstWaitMs);
    } finally {
      stopping.abort();
      await serving;
    }
  }

  async function serveShared(joined: SlotSession): Promise<void> {
    await joined.join();
    joined.publishDemand(waiting);
    setSharing("together", null);
    for (;;) {
      await untilAborted(handoff.wanted(), joined.lost);
      const pausedMs = await joined.handOut();
      if (pausedMs > 0) await clock.sleep(pausedMs, joined.lost);
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      const waitMs = failures === 0 ? 0 : Math.min(retryMs * 2 ** (failures - 1), longestRetryMs);
      const opened = await connectWithFallback(waitMs);
      const openedAtMs = clock.now().getTime();
      session = opened;
      const reason = await serveShared(opened).catch((thrown: unknown) => thrown);
      session = undefined;
      const endedAtMs = clock.now().getTime();
      failures = endedAtMs - openedAtMs < lastingMs ? failures + 1 : 0;
      if (!(reason instanceof JoinRefusedError)) leaseSeenMs = endedAtMs;
      if (!closing.signal.aborted) setSharing("cut_off", reason);
      await opened[Symbol.asyncDispose]();
    }
  }

  const running = run().catch((reason: unknown) => handoff.close(reason));

  return {
    requestsPerMinute,
    next: handoff.next,
    peers: {
      publishDemand: (priorities) => {
        waiting = priorities;
        session?.publishDemand(priorities);
      },
      pause: (ms) => session?.pause(ms),
      onPause: (listener) => {
        pauseHere = listener;
      },
      sharing: status,
    },
    close: async () => {
      const reason = new Error("the limiter is closed");
      closing.abort(reason);
      handoff.close(reason);
      await session?.[Symbol.asyncDispose]();
      await running;
      nextFallbackSlot?.catch(() => undefined);
      await fallback.close();
    },
  };
}

/** Hands slots of two sources over to the one waiter. */
interface SlotHandoff {
  next(): Promise<Slot>;
  /** Resolves when there is a waiter. */
  wanted(): Promise<void>;
  /** Hands a slot to the waiter; without a waiter the slot is released. */
  deliver(slot: Slot): void;
  close(reason: unknown): void;
}

function createSlotHandoff(): SlotHandoff {
  let wanted = Promise.withResolvers<void>();
  let waiter: PromiseWithResolvers<Slot> | undefined;
  return {
    next: () => {
      waiter = Promise.withResolvers();
      wanted.resolve();
      return waiter.promise;
    },
    wanted: () => wanted.promise,
    deliver: (slot) => {
      if (!waiter) return slot.release();
      const served = waiter;
      waiter = undefined;
      wanted = Promise.withResolvers();
      served.resolve(slot);
    },
    close: (reason) => waiter?.reject(reason),
  };
}
