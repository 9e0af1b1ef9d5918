import { type Clock, OVER } from "../../kernel/clock.ts";
import type { CallOptions } from "../model/call-options.ts";
import { IncydrError, invalidInput, type Sent } from "../model/errors.ts";
import { type Priority, priorities } from "../model/priorities.ts";

/** One call of a caller, with all its requests. */
export interface Call {
  readonly priority: Priority;
  /** Aborted when the caller gives up, the deadline passes or the client closes. */
  readonly signal: AbortSignal;
  /** The time until the deadline, in milliseconds. */
  remainingMs(): number;
  /** Called right before each sending of a write. */
  readonly beforeWrite?: () => Promise<void>;
}

/** Runs the work of a call within its deadline, with the defaults of `CallOptions`. */
export interface CallRunner {
  <T>(options: CallOptions | undefined, work: (call: Call) => Promise<T>): Promise<T>;
  /** As `run`, for a sequence: the deadline holds from the first item to the last. */
  iterate<T>(
    options: CallOptions | undefined,
    work: (call: Call) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, undefined>;
}

/** The default deadline of a call, in milliseconds. */
export const defaultDeadlineMs: Readonly<Record<Priority, number>> = {
  emergency: 60_000,
  interactive: 60_000,
  change: 120_000,
  bulk: 3_600_000,
  background: 3_600_000,
};

/** In milliseconds; a longer timer overflows and fires at once. */
export const longestTimerMs = 2 ** 31 - 1;

class DeadlinePassed extends Error {}

/** A runner whose calls end when `closing` is aborted. */
export function createCallRunner({
  clock,
  closing,
}: {
  readonly clock: Clock;
  readonly closing: AbortSignal;
}): CallRunner {
  // One listener for all calls. With one for each, ten thousand calls would take long to start.
  const underWay = new Set<AbortController>();
  const endAll = () => {
    for (const ending of underWay) ending.abort(closing.reason);
  };
  closing.addEventListener("abort", endAll, { once: true });

  function open(options: CallOptions | undefined): { readonly call: Call; close(): void } {
    const priority = options?.lane ?? "interactive";
    if (!priorities.includes(priority)) throw invalidInput(`there is no lane ${JSON.stringify(priority)}`);
    const limitMs = options?.deadlineMs ?? defaultDeadlineMs[priority];
    if (!(limitMs > 0)) throw invalidInput("deadlineMs must be more than 0");
    const endsAtMs = clock.now().getTime() + limitMs;
    const ending = new AbortController();
    const timer = new AbortController();
    const unlink = follow(options?.signal, ending);
    const close = () => {
      timer.abort(OVER);
      unlink();
      underWay.delete(ending);
    };
    ending.signal.addEventListener("abort", close, { once: true });
    underWay.add(ending);
    clock.sleep(Math.min(limitMs, longestTimerMs), timer.signal).then(
      () => ending.abort(new DeadlinePassed(`the deadline of ${limitMs} ms passed`)),
      () => undefined,
    );
    const call: Call = {
      priority,
      signal: ending.signal,
      remainingMs: () => endsAtMs - clock.now().getTime(),
      ...(options?.beforeWrite ? { beforeWrite: options.beforeWrite } : {}),
    };
    return { call, close };
  }

  async function run<T>(options: CallOptions | undefined, work: (call: Call) => Promise<T>): Promise<T> {
    const { call, close } = open(options);
    try {
      return await work(call);
    } catch (thrown) {
      throw withoutBareReason(thrown, call.signal);
    } finally {
      close();
    }
  }

  async function* iterate<T>(
    options: CallOptions | undefined,
    work: (call: Call) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, undefined> {
    const { call, close } = open(options);
    try {
      for await (const item of work(call)) {
        call.signal.throwIfAborted();
        yield item;
      }
    } catch (thrown) {
      throw withoutBareReason(thrown, call.signal);
    } finally {
      close();
    }
  }

  return Object.assign(run, { iterate });
}

// A wait for work that is shared with other calls ends with the bare reason.
function withoutBareReason(thrown: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || thrown !== signal.reason) return thrown;
  return endedError(signal, { purpose: "finish the call", sent: "no" });
}

/** The error of a call that ended because `signal` was aborted: `timed_out` or `aborted`. */
export function endedError(
  signal: AbortSignal,
  request: {
    readonly purpose: string;
    readonly method?: string;
    readonly path?: string;
    readonly sent: Sent;
  },
): IncydrError<"timed_out" | "aborted"> {
  const { purpose, method = null, path = null, sent } = request;
  const reason: unknown = signal.reason;
  const timedOut =
    reason instanceof DeadlinePassed || (reason instanceof Error && reason.name === "TimeoutError");
  const why = timedOut ? "the deadline passed; try again later" : "the caller cancelled the call";
  return new IncydrError(timedOut ? "timed_out" : "aborted", `Could not ${purpose}: ${why}`, {
    ...{ method, path, sent },
    cause: reason,
  });
}

function follow(signal: AbortSignal | undefined, ending: AbortController): () => void {
  const end = () => ending.abort(signal?.reason);
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end, { once: true });
  return () => signal?.removeEventListener("abort", end);
}
