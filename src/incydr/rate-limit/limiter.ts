import Bottleneck from "bottleneck";
import { type Clock, OVER } from "../../kernel/clock.ts";
import { type Priority, priorities } from "../model/priorities.ts";
import type { SharingStatus } from "../model/sharing.ts";
import { untilAborted } from "../model/until-aborted.ts";
import { GRANT_LIFETIME_MS, leavesReserve, type TokenBucket } from "./token-bucket.ts";

/** The state of the queue and of the limit at one moment. */
export interface LimiterReading extends SharingStatus {
  /** Waiting calls of each priority. */
  readonly waiting: Readonly<Record<Priority, number>>;
  /** The longest wait of a call until now, in milliseconds; 0 if no call waits. */
  readonly longestWaitMs: number;
  /** The rest of the pause after a 429, in milliseconds; 0 without a pause. */
  readonly pausedForMs: number;
  /** Requests granted since the start. */
  readonly granted: number;
}

/** The readable side of a limiter, for example for metrics. */
export interface LimiterStatus {
  /** The configured limit; `Infinity` for none. `read` gives the current limit. */
  readonly requestsPerMinute: number;
  read(): LimiterReading;
  /** How many calls would go before a new one of this priority. */
  aheadOf(priority: Priority): number;
}

/** A caller's wish to start a request. */
export interface StartRequest {
  readonly lane: Priority;
  /** Before other calls of the same priority: for another request of a call that has waited once. */
  readonly front?: boolean;
  readonly signal?: AbortSignal;
}

/** The permission to start one request. */
export interface GrantedStart {
  readonly waitedMs: number;
  /** Whether the wait included a pause. Facts that the caller read before it may be outdated. */
  readonly heldBack: boolean;
  /** Whether the request may still start: false 200 ms after the grant, and once a pause began. */
  isOpen(): boolean;
}

/** Grants the starts of requests, by priority. */
export interface Limiter extends LimiterStatus, AsyncDisposable {
  /** Resolves when the caller may start one request. Rejects with the signal's reason. */
  acquire(request: StartRequest): Promise<GrantedStart>;
  /** Lets no request start for at least `ms` milliseconds from now. */
  pause(ms: number): void;
}

/** If a call of a level waits and the level gets no grant for this time, it may take a token of the reserve. */
const OVERDUE_AFTER_MS = 30_000;
/** The most calls that ask for a token at the same time; further calls queue. Redis would answer 10,000 too late. */
const MOST_DIRECT = 1_000;
/** The limiter asks for a token at least this often, because other replicas and the connection to Redis change. */
const LONGEST_SLEEP_MS = 1_000;

/** A waiting call: resolved with the time of the claim that got the token. */
interface Waiter extends PromiseWithResolvers<number> {
  readonly sinceMs: number;
}

/** The waiting calls of one priority that go to the front, or the others. */
interface Level {
  readonly priority: Priority;
  readonly calls: Set<Waiter>;
  /** Whether a job in Bottleneck stands for the first of these calls. */
  hasJob: boolean;
  lastGrantMs: number;
}

/**
 * A limiter whose calls take tokens of `bucket`. If there is no token, a call waits in its level. Bottleneck gives turns
 * to the levels: it starts the most urgent of at most ten jobs, one for each level with calls. It would take 15 s to queue
 * 10,000 jobs. The level whose turn it is waits for the next token: a grant is too short for Bottleneck's timers.
 */
export function createLimiter(options: { readonly bucket: TokenBucket; readonly clock: Clock }): Limiter {
  const { bucket, clock } = options;
  const nowMs = () => clock.now().getTime();
  // The most urgent first. The index is the priority in Bottleneck.
  const levels = priorities.flatMap((priority) =>
    [0, 1].map((): Level => ({ priority, calls: new Set(), hasJob: false, lastGrantMs: 0 })),
  );
  const order = new Bottleneck({ reservoir: 0 });
  let closed: Error | undefined;
  let jobStarted = Promise.withResolvers<Level | undefined>();
  let sleep: AbortController | undefined;
  let granted = 0;
  let isServing = false;
  let wasOverdue = false;
  let direct = 0;

  const aheadOf = (priority: Priority) => sizeOf(levels.slice(0, 2 * priorities.indexOf(priority) + 2));

  function start(sinceMs: number, askedAtMs: number): GrantedStart {
    granted += 1;
    const pausedUntilMs = bucket.pausedUntilMs();
    return {
      waitedMs: nowMs() - sinceMs,
      heldBack: pausedUntilMs > sinceMs,
      isOpen: () => nowMs() - askedAtMs <= GRANT_LIFETIME_MS && bucket.pausedUntilMs() === pausedUntilMs,
    };
  }

  /** The most urgent level of which a call has waited for too long. */
  function overdueLevel(): Level | undefined {
    return levels.find((level) => {
      const sinceMs = firstOf(level)?.sinceMs ?? Number.POSITIVE_INFINITY;
      return nowMs() - Math.max(sinceMs, level.lastGrantMs) >= OVERDUE_AFTER_MS;
    });
  }

  /** The level whose turn it should be. Two overdue calls in a row would let a person wait behind both. */
  function nextTurn() {
    const first = levels.find(({ calls }) => calls.size > 0);
    const isBulk = first && leavesReserve({ priority: first.priority, overdue: false });
    const overdue = wasOverdue && !isBulk ? undefined : overdueLevel();
    const level = overdue ?? first;
    return level && { level, overdue: overdue !== undefined };
  }

  async function serveWaiting(): Promise<void> {
    if (isServing) return;
    isServing = true;
    for (let turn = nextTurn(); turn && !closed; turn = nextTurn()) {
      const level = turn.overdue ? turn.level : await nextInOrder();
      if (level) await serve(level);
    }
    // No `await` separates this from the check of the empty queue, so the next call starts the loop again.
    isServing = false;
  }

  /** Takes a token for the first call of `level`, unless a more urgent call comes. */
  async function serve(level: Level): Promise<void> {
    for (let turn = nextTurn(); turn?.level === level; turn = nextTurn()) {
      const { overdue } = turn;
      const askedAtMs = nowMs();
      const answer = await bucket.take({ priority: level.priority, overdue });
      if (answer.granted) {
        wasOverdue = overdue;
        level.lastGrantMs = nowMs();
        // If the call was given up meanwhile, its token stays spent.
        const waiter = firstOf(level);
        if (waiter) level.calls.delete(waiter);
        waiter?.resolve(askedAtMs);
        break;
      }
      if (nextTurn()?.level === level) await sleepFor(answer.waitMs);
    }
    addJob(level);
  }

  /** Sleeps until a token may be there. A more urgent call ends the sleep. */
  async function sleepFor(waitMs: number): Promise<void> {
    sleep = new AbortController();
    await clock.sleep(Math.min(Math.ceil(waitMs), LONGEST_SLEEP_MS), sleep.signal).catch(() => undefined);
  }

  function addJob(level: Level): void {
    if (level.hasJob || !firstOf(level)) return;
    level.hasJob = true;
    const job = async () => {
      level.hasJob = false;
      jobStarted.resolve(firstOf(level) && level);
    };
    // Bottleneck rejects the jobs that are left when it stops.
    order.schedule({ priority: levels.indexOf(level) }, job).catch(() => undefined);
  }

  /** Starts jobs until one has a call: the calls of a job may have been given up. */
  async function nextInOrder(): Promise<Level | undefined> {
    let level: Level | undefined;
    while (!level && !closed && levels.some(({ hasJob }) => hasJob)) {
      jobStarted = Promise.withResolvers();
      await order.incrementReservoir(1);
      level = await jobStarted.promise;
    }
    return level;
  }

  async function wait({ lane, front = false, signal }: StartRequest, sinceMs: number) {
    if (closed) throw closed;
    const level = levels[2 * priorities.indexOf(lane) + (front ? 0 : 1)] as Level; // each priority has two
    const waiter: Waiter = { ...Promise.withResolvers<number>(), sinceMs };
    level.calls.add(waiter);
    addJob(level);
    if (level.calls.size === 1 && nextTurn()?.level === level) sleep?.abort(OVER);
    void serveWaiting();
    try {
      return await (signal ? untilAborted(waiter.promise, signal) : waiter.promise);
    } finally {
      level.calls.delete(waiter);
    }
  }

  return {
    requestsPerMinute: bucket.requestsPerMinute,
    acquire: async (request) => {
      const { lane: priority, signal } = request;
      const sinceMs = nowMs();
      signal?.throwIfAborted();
      if (closed) throw closed;
      if (direct < MOST_DIRECT && aheadOf(priority) === 0 && !overdueLevel()) {
        direct += 1;
        const answer = await bucket.take({ priority, overdue: false }).finally(() => {
          direct -= 1;
        });
        if (answer.granted) return start(sinceMs, sinceMs);
      }
      return start(sinceMs, await wait(request, sinceMs));
    },
    pause: bucket.pause,
    read: () => ({
      ...bucket.status(),
      // `priorities` has each priority, so this has each key.
      waiting: Object.fromEntries(
        priorities.map((priority) => [priority, sizeOf(levels.filter((each) => each.priority === priority))]),
      ) as Record<Priority, number>,
      longestWaitMs: Math.max(0, ...levels.map((level) => nowMs() - (firstOf(level)?.sinceMs ?? nowMs()))),
      pausedForMs: Math.max(0, bucket.pausedUntilMs() - nowMs()),
      granted,
    }),
    aheadOf,
    [Symbol.asyncDispose]: async () => {
      if (closed) return;
      closed = new Error("the Incydr client is closed");
      for (const waiter of levels.flatMap(({ calls }) => [...calls])) waiter.reject(closed);
      sleep?.abort(OVER);
      await order.stop({ dropWaitingJobs: true });
      jobStarted.resolve(undefined);
      await bucket[Symbol.asyncDispose]();
    },
  };
}

function sizeOf(levels: readonly Level[]): number {
  return levels.reduce((total, { calls }) => total + calls.size, 0);
}

function firstOf({ calls }: Level): Waiter | undefined {
  return calls.values().next().value;
}
