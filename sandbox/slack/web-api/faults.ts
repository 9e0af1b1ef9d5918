/** A fault of a Web API call. */
export type FaultKind =
  /** 429 with `Retry-After`. */
  | { kind: "rate_limited"; retryAfterSeconds?: number }
  /** A plain HTTP error; default 500. */
  | { kind: "http_error"; status?: number }
  /** `{ok: false, error}`. */
  | { kind: "refused"; error: string }
  /** No answer and no effect until the release, or until the caller disconnects. */
  | { kind: "hang" }
  /** The connection is closed before the call has an effect. */
  | { kind: "drop" }
  /** An HTML page instead of JSON, as of a proxy; default status 200. */
  | { kind: "html"; status?: number }
  /** The call has its effect. Then the connection is closed without an answer. */
  | { kind: "answer_lost" };

/** A fault, its calls, and how often it applies. */
export type Fault = FaultKind & {
  /**
   * A method (`chat.postMessage`), a family (`chat.*`), `*`, or a pattern. `response_url` means POSTs to response URLs.
   */
  method: string | RegExp;
  /** The number of affected calls; default every call. */
  times?: number;
};

/** A fault of a new Socket Mode connection. */
export type SocketFaultKind =
  /** The upgrade to a WebSocket is refused with an HTTP status; default 503. */
  | { kind: "refused"; status?: number }
  /** The upgrade gets no answer. */
  | { kind: "hang" }
  /** The TCP connection is closed instead of an answer to the upgrade. */
  | { kind: "drop" }
  /** The WebSocket opens, but `hello` never comes. */
  | { kind: "no_hello" }
  /** The TCP connection is closed right after `hello`, without a close frame. */
  | { kind: "cut" };

/** A fault of connections, and the number of affected connections; default every connection. */
export type SocketFault = SocketFaultKind & { times?: number };

/** A switched-on fault. */
export interface FaultHandle {
  /** The number of affected calls so far. */
  readonly hits: number;
  /** Resolves when it has affected `count` calls in all. */
  waitForHits(count: number): Promise<void>;
  /** Switches the fault off. Hanging calls continue. */
  release(): void;
}

/** Faults of the Web API, which tests and the prompt switch on and off. */
export interface Faults {
  add(fault: Fault): FaultHandle;
  /** Releases every fault. */
  clear(): void;
  /** The fault for this call, if any; counts the call. `released` settles when a hang ends. */
  next(method: string): { fault: Fault; released: Promise<void> } | undefined;
}

/** Faults of new Socket Mode connections. */
export interface SocketFaults {
  add(fault: SocketFault): FaultHandle;
  /** Releases every fault. */
  clear(): void;
  /** The fault for this connection, if any; counts the connection. */
  next(): SocketFault | undefined;
}

/** Creates an empty set of faults of the Web API. */
export function createFaults(): Faults {
  const { add, clear, next } = createFaultSet<Fault>();
  return { add, clear, next: (method) => next((fault) => matches(fault.method, method)) };
}

/** Creates an empty set of faults of connections. */
export function createSocketFaults(): SocketFaults {
  const { add, clear, next } = createFaultSet<SocketFault>();
  return { add, clear, next: () => next(() => true)?.fault };
}

function createFaultSet<F extends { times?: number }>() {
  const active = new Set<ActiveFault<F>>();
  return {
    add: (fault: F): FaultHandle => {
      const entry = activate(fault, () => void active.delete(entry));
      active.add(entry);
      return entry.handle;
    },
    clear: () => {
      for (const entry of [...active]) entry.handle.release();
    },
    next: (isHit: (fault: F) => boolean): { fault: F; released: Promise<void> } | undefined => {
      const entry = [...active].find(
        ({ fault, handle }) => isHit(fault) && handle.hits < (fault.times ?? Number.POSITIVE_INFINITY),
      );
      if (!entry) return undefined;
      entry.hit();
      return { fault: entry.fault, released: entry.released };
    },
  };
}

interface ActiveFault<F> {
  fault: F;
  handle: FaultHandle;
  released: Promise<void>;
  hit(): void;
}

function activate<F>(fault: F, remove: () => void): ActiveFault<F> {
  let hits = 0;
  const waiters: { count: number; resolve: () => void }[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  return {
    fault,
    released,
    hit: () => {
      hits += 1;
      for (const { count, resolve } of waiters) if (hits >= count) resolve();
    },
    handle: {
      get hits() {
        return hits;
      },
      waitForHits: (count) =>
        new Promise((resolve) => {
          if (hits >= count) resolve();
          else waiters.push({ count, resolve });
        }),
      release: () => {
        remove();
        release();
      },
    },
  };
}

function matches(pattern: string | RegExp, method: string): boolean {
  if (pattern instanceof RegExp) return pattern.test(method);
  if (pattern.endsWith("*")) return method.startsWith(pattern.slice(0, -1));
  return pattern === method;
}
