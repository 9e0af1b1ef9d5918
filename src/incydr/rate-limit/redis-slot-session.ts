import { setImmediate as afterCallbacks } from "node:timers/promises";
import type { Clock } from "../../kernel/clock.ts";
import { createRemoteTime } from "../../kernel/remote-time.ts";
import type { Priority } from "../model/priorities.ts";
import { assignSlot, type Replica, sharedRate } from "./assign-slot.ts";
import { longestOpenMs, openSlot } from "./open-slot.ts";
import type { RedisLink } from "./redis-link.ts";
import {
  createSharedLimiterState,
  type GrantedSlot,
  lateToleranceMs,
  maxEarlyMs,
  readSentSlot,
  type SharedStateReading,
} from "./shared-limiter-state.ts";
import { sleepUntil } from "./sleep-until.ts";
import { JoinRefusedError, type SlotSession, type SlotSessionListener } from "./slot-session.ts";

const heartbeatMs = 1000;

/** Starts a session of the replica `self`, for the limit `name`; the session closes `link`. */
export async function startRedisSlotSession({
  link,
  name,
  self,
  clock,
  listener,
}: {
  readonly link: RedisLink;
  readonly name: string;
  readonly self: Omit<Replica, "waiting">;
  readonly clock: Clock;
  readonly listener: SlotSessionListener;
}): Promise<SlotSession> {
  const sharedState = createSharedLimiterState({ redis: link.redis, name });
  const redisClock = createRemoteTime(() => performance.now());
  const losing = new AbortController();
  const lost = losing.signal;
  const lose = (reason: unknown) => losing.abort(reason);
  link.lost.addEventListener("abort", () => lose(link.lost.reason), { once: true });
  if (link.lost.aborted) lose(link.lost.reason);
  let waiting: ReadonlySet<Priority> = new Set();
  let rate = self.requestsPerMinute * self.share;
  let replicas = 1;
  let joined = false;
  let isReporting = false;
  let hasChanges = false;

  async function report(joining = false): Promise<SharedStateReading> {
    const askedAtMs = performance.now();
    const reading = await sharedState.report({ ...self, waiting: [...waiting] }, { joining });
    redisClock.heard(reading.nowMs, askedAtMs);
    rate = sharedRate(reading.replicas);
    replicas = reading.replicas.length;
    if (reading.pausedForMs > 0 && !lost.aborted) listener.onPause(reading.pausedForMs);
    return reading;
  }

  // One report at a time, and one more if the demand changed meanwhile.
  async function reportChanges(): Promise<void> {
    hasChanges = true;
    if (isReporting || !joined) return;
    isReporting = true;
    try {
      while (hasChanges) {
        hasChanges = false;
        await report();
      }
    } catch (reason) {
      lose(reason);
    } finally {
      isReporting = false;
    }
  }

  async function sendHeartbeats(): Promise<void> {
    let seen = { number: -1, sinceMs: 0 };
    for (;;) {
      await clock.sleep(heartbeatMs, lost);
      const { number, pausedForMs } = await report();
      const moves = number !== seen.number || pausedForMs > 0 || waiting.size === 0;
      if (moves) seen = { number, sinceMs: performance.now() };
      else if (performance.now() - seen.sinceMs > 5000 + (3 * 60_000) / rate) {
        throw new Error("no replica has assigned a slot for too long");
      }
    }
  }

  /** Hands over a slot when it is due. A slot that is too late is dropped: it would be too near to the next one. */
  async function use(slot: GrantedSlot): Promise<void> {
    await sleepUntil(() => slot.dueMs - redisClock.earliestMs(), clock, lost);
    let usableUntilMs = slot.dueMs + lateToleranceMs(slot.spacingMs);
    const isVoid = () => redisClock.latestMs() > usableUntilMs;
    if (lost.aborted || isVoid()) return;
    const opened = openSlot({ lane: slot.priority, isVoid });
    const endedAt = opened.ended.then(redisClock.latestMs);
    listener.onSlot(opened.slot);
    if (await Promise.race([endedAt, afterCallbacks()]))
      return await sharedState.started(slot, await endedAt);
    // The request is not started yet, so the next slot has to wait: until it starts or is dropped, at most two seconds.
    const holding = sharedState.hold(slot, longestOpenMs).then(async (heldUntilMs) => {
      usableUntilMs = heldUntilMs ?? usableUntilMs;
      await sharedState.started(slot, await endedAt);
    });
    holding.catch(lose);
  }

  async function handOutWithin(longestMs: number): Promise<number> {
    const endsAtMs = performance.now() + longestMs;
    let refused = 0;
    while (!lost.aborted && performance.now() < endsAtMs) {
      const { nowMs, number, dueMs, startedMs, pausedForMs, history, replicas: all } = await report();
      if (pausedForMs > 0) return pausedForMs;
      const next = assignSlot(all, history, number);
      if (!next) return 0;
      const spacingMs = 60_000 / sharedRate(all);
      const waitMs = (startedMs ?? dueMs) + spacingMs - maxEarlyMs(spacingMs) - nowMs;
      if (waitMs > 0) {
        await clock.sleep(Math.ceil(Math.min(waitMs, longestMs)), lost);
        continue;
      }
      const { replicaId, priority } = next;
      const sendTo = replicaId === self.id ? null : replicaId;
      const askedAtMs = performance.now();
      const granted = await sharedState.grant({ number, spacingMs, priority, history: next.history, sendTo });
      if (!granted) {
        // Another replica granted this slot, or the start of the last request isn't known yet.
        await clock.sleep(Math.min(2 ** refused, 16), lost);
        refused += 1;
        continue;
      }
      redisClock.heard(granted.nowMs, askedAtMs);
      if (sendTo === null) await use({ number, priority, spacingMs, dueMs: granted.dueMs });
      return 0;
    }
    return 0;
  }

  await link.listen(sharedState.channelOf(self.id), (message) => {
    const slot = readSentSlot(message);
    if (slot && joined) use(slot).catch(lose);
  });

  return {
    lost,
    heard: () => ({ requestsPerMinute: rate, replicas }),
    join: async () => {
      await report(true).catch((reason: unknown) => {
        const refused = reason instanceof Error && reason.name === "ReplyError";
        throw refused ? new JoinRefusedError(reason.message, { cause: reason }) : reason;
      });
      joined = true;
      sendHeartbeats().catch(lose);
    },
    handOut: async () => {
      const longestMs = 2000 + (2 * 60_000) / rate;
      try {
        return await link.runExclusive(() => handOutWithin(longestMs), longestMs);
      } catch (reason) {
        lose(reason);
        throw reason;
      }
    },
    publishDemand: (priorities) => {
      const isChanged =
        priorities.size !== waiting.size || [...priorities].some((priority) => !waiting.has(priority));
      waiting = priorities;
      if (isChanged) void reportChanges();
    },
    pause: (ms) => void sharedState.pause(ms).catch(lose),
    [Symbol.asyncDispose]: async () => {
      lose(new Error("the session is closed"));
      if (joined) await sharedState.leave(self.id).catch(() => undefined);
      await link[Symbol.asyncDispose]();
    },
  };
}
