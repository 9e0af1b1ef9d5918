import type { Clock } from "../kernel/clock.ts";
import { untilAborted } from "./call-runner.ts";
import type { Lane } from "./lanes.ts";
import { createLocalSlots } from "./local-slots.ts";
import { createSlotDesk } from "./slot-desk.ts";
import { leaseMs } from "./slot-ledger.ts";
import type { OpenSlotSession, SlotSession } from "./slot-session.ts";
import type { Sharing, SharingStatus, SlotSource } from "./slot-source.ts";

/** What shared slots are made of. */
export interface SharedSlotsOptions {
  readonly requestsPerMinute: number;
  /** The part of the rate that this replica keeps to while Redis can't be reached: above 0, at most 1. */
  readonly share: number;
  readonly openSession: OpenSlotSession;
  readonly clock: Clock;
  /** Told of each change, and of the first failure; `reason` says why Redis can't be used. */
  readonly onChange: (status: SharingStatus, reason: unknown) => void;
}

const retryMs = 500;

/**
 * Slots of a rate that all replicas keep together, and of this replica's share while Redis is away. In any
 * window of t at most 1 + rate × t requests of all replicas start; of one that is cut off, 1 + share × rate
 * × t, and the others leave that to it. Who waits when Redis goes or comes goes on waiting.
 */
export function createSharedSlots(options: SharedSlotsOptions): SlotSource {
  const { requestsPerMinute, clock } = options;
  const ownRate = requestsPerMinute * options.share;
  const closing = new AbortController();
  const desk = createSlotDesk();
  let sharing: Sharing = "cut_off";
  let told: Sharing | undefined;
  let session: SlotSession | undefined;
  let waiting: ReadonlySet<Lane> = new Set();
  let pauseHere: (ms: number) => void = () => undefined;

  const status = (): SharingStatus => ({
    sharing,
    ...(session?.heard() ?? { requestsPerMinute: ownRate, replicas: 1 }),
  });

  function become(now: Sharing, reason: unknown): void {
    sharing = now;
    if (told !== now) options.onChange(status(), reason);
    told = now;
  }

  // As long as its lease lasts the others count this replica's share as used by all, so it is silent then.
  // After its last request it also leaves the distance of its own rate.
  async function serveOwnShare(signal: AbortSignal): Promise<void> {
    const own = createLocalSlots({ requestsPerMinute: ownRate });
    try {
      await clock.sleep(leaseMs + 60_000 / ownRate, signal);
      for (;;) {
        await untilAborted(desk.wanted(), signal);
        desk.deliver(await untilAborted(own.next(), signal));
      }
    } catch (reason) {
      if (!signal.aborted) throw reason;
    } finally {
      await own.close();
    }
  }

  async function connect(): Promise<SlotSession> {
    const listener = { onSlot: desk.deliver, onPause: (ms: number) => pauseHere(ms) };
    for (;;) {
      try {
        return await options.openSession(listener);
      } catch (reason) {
        if (!closing.signal.aborted) become("cut_off", reason);
        await clock.sleep(retryMs, closing.signal);
      }
    }
  }

  /** A connection, once nothing more starts on this replica's own account. */
  async function connectMeanwhileAlone(): Promise<SlotSession> {
    const stopping = new AbortController();
    const serving = serveOwnShare(AbortSignal.any([stopping.signal, closing.signal]));
    try {
      return await connect();
    } finally {
      stopping.abort();
      await serving;
    }
  }

  async function takePart(joined: SlotSession): Promise<void> {
    await joined.join();
    joined.announce(waiting);
    become("together", null);
    for (;;) {
      await untilAborted(desk.wanted(), joined.lost);
      const pausedMs = await joined.handOut();
      if (pausedMs > 0) await clock.sleep(pausedMs, joined.lost);
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const opened = await connectMeanwhileAlone();
      session = opened;
      const reason = await takePart(opened).catch((thrown: unknown) => thrown);
      session = undefined;
      if (!closing.signal.aborted) become("cut_off", reason);
      await opened[Symbol.asyncDispose]();
    }
  }

  const running = run().catch((reason: unknown) => desk.close(reason));

  return {
    requestsPerMinute,
    next: desk.next,
    peers: {
      announce: (lanes) => {
        waiting = lanes;
        session?.announce(lanes);
      },
      pause: (ms) => session?.pause(ms),
      onPause: (listener) => {
        pauseHere = listener;
      },
      sharing: status,
    },
    close: async () => {
      const reason = new Error("the limit is given up");
      closing.abort(reason);
      desk.close(reason);
      await session?.[Symbol.asyncDispose]();
      await running;
    },
  };
}
