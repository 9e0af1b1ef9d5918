import type { RedisBucket } from "../../../../src/incydr/rate-limit/redis-bucket.ts";
import { LEASE_MS, leavesReserve, type Rate } from "../../../../src/incydr/rate-limit/token-bucket.ts";
import type { Clock } from "../../../../src/kernel/clock.ts";

/** A Redis in memory with the bucket of the scripts in redis-bucket.ts, without the marks of urgent calls. */
export function createMemoryRedis({ rate, clock }: { readonly rate: Rate; readonly clock: Clock }) {
  const nowMs = () => clock.now().getTime();
  const empty = () => ({
    tokens: 0,
    atMs: nowMs(),
    pausedMs: 0,
    leases: new Map<string, { share: number; endMs: number }>(),
  });
  let isUp = true;
  let run = 1;
  let state = empty();
  const connections = new Map<AbortController, string>();
  const unreachableFor = new Set<string>();

  const part = () =>
    Math.min(
      1,
      [...state.leases.values()].reduce((sum, { share }) => sum + share, 0),
    );

  function renew(id: string, share: number): { readonly before: number; readonly after: number } {
    for (const [lease, { endMs }] of state.leases) if (endMs <= nowMs()) state.leases.delete(lease);
    const before = part();
    state.leases.set(`${id} ${share}`, { share, endMs: nowMs() + LEASE_MS });
    return { before, after: part() };
  }

  function take(id: string, ...[claim, share]: Parameters<RedisBucket["take"]>) {
    const { before, after } = renew(id, share);
    const elapsedMs = Math.max(0, nowMs() - Math.max(state.atMs, state.pausedMs));
    const refilled = state.tokens + (elapsedMs * before * rate.refillPerMinute) / 60_000;
    state.tokens = Math.min(rate.burst * before, refilled);
    state.atMs = nowMs();
    const reserved = Math.max(1, Math.min(rate.burst * after, rate.reserve * after + 1));
    const needed = claim && leavesReserve(claim) ? reserved : 1;
    const pausedForMs = Math.max(0, state.pausedMs - nowMs());
    const granted = claim !== null && pausedForMs === 0 && state.tokens >= needed;
    if (granted) state.tokens -= 1;
    const answer = granted ? ({ granted } as const) : ({ granted: false, waitMs: 20 } as const);
    const limit = { requestsPerMinute: rate.requestsPerMinute * after, replicas: state.leases.size };
    return { answer, pausedForMs, ...limit };
  }

  function lose(passes: (id: string) => boolean): void {
    for (const [losing, id] of connections) if (passes(id)) losing.abort(new Error("connection lost"));
  }

  return {
    open: async (id: string, closing: AbortSignal): Promise<RedisBucket> => {
      if (!isUp || unreachableFor.has(id)) throw new Error("connect ECONNREFUSED");
      const losing = new AbortController();
      closing.addEventListener("abort", () => losing.abort(closing.reason));
      connections.set(losing, id);
      return {
        run: String(run),
        lost: losing.signal,
        take: async (...claim) => {
          losing.signal.throwIfAborted();
          return take(id, ...claim);
        },
        pause: async (ms) => {
          losing.signal.throwIfAborted();
          state.tokens = 0;
          state.atMs = nowMs();
          state.pausedMs = Math.max(state.pausedMs, nowMs() + ms);
        },
        [Symbol.asyncDispose]: async () => void connections.delete(losing),
      };
    },
    stop: () => {
      isUp = false;
      lose(() => true);
    },
    /** Starts it empty. */
    start: () => {
      if (isUp) return;
      isUp = true;
      run += 1;
      state = empty();
    },
    empty: () => {
      state = empty();
    },
    cutOff: (id: string) => {
      unreachableFor.add(id);
      lose((each) => each === id);
    },
    reconnect: (id: string) => void unreachableFor.delete(id),
  };
}
