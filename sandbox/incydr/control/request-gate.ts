import { z } from "zod";
import { matchesPattern } from "./request-pattern.ts";

/** The options of a gate. */
export const requestGateOptionsSchema = z.strictObject({
  /** Whether the gate is before the effect of the request, or between the effect and the answer. */
  when: z.enum(["before", "after"]).default("before"),
  /** The number of requests to hold; later requests pass. Default 1. */
  times: z.int().min(1).default(1),
});

/** The options of a gate without its defaults. */
export type RequestGateOptions = z.input<typeof requestGateOptionsSchema>;

/** A held request. */
export interface GatedRequest {
  method: string;
  path: string;
}

/**
 * A barrier for some requests. After the release, a held request continues even if its client has disconnected, because
 * a real server would have received it.
 */
export interface RequestGate {
  readonly id: number;
  /** The first held request; rejects if the gate is released before a request came. */
  readonly arrived: Promise<GatedRequest>;
  /** Resolves as soon as `count` requests have been held in all. */
  arrivals(count: number): Promise<readonly GatedRequest[]>;
  /** The number of requests held now. */
  readonly waiting: number;
  /** Releases all held requests, and holds no more. */
  release(): void;
}

/** How a wait ended. `closed`: the simulator shuts down. `hung_up`: the client disconnected. */
export type WaitEnd = "released" | "hung_up" | "closed";

/** A gate; `RequestGates` decides which requests it gets. */
export class PlacedGate implements RequestGate {
  readonly id: number;
  readonly arrived: Promise<GatedRequest>;
  readonly #on: string;
  readonly #options: z.output<typeof requestGateOptionsSchema>;
  readonly #held: GatedRequest[] = [];
  readonly #waiters: ((end: WaitEnd) => void)[] = [];
  readonly #counters: { count: number; settle: (error?: Error) => void }[] = [];
  #over = false;

  constructor(id: number, on: string, options: z.output<typeof requestGateOptionsSchema>) {
    this.id = id;
    this.#on = on;
    this.#options = options;
    this.arrived = this.arrivals(1).then(([first]) => first ?? { method: "", path: "" });
    // If no test waits for the gate, its early release must not be an unhandled rejection.
    this.arrived.catch(() => undefined);
  }

  get waiting(): number {
    return this.#waiters.length;
  }

  arrivals(count: number): Promise<readonly GatedRequest[]> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => (error ? reject(error) : resolve([...this.#held]));
      if (this.#held.length >= count) {
        settle();
      } else if (this.#over) {
        settle(new Error(`The gate on "${this.#on}" was released before ${count} request(s) came.`));
      } else {
        this.#counters.push({ count, settle });
      }
    });
  }

  /** Whether the gate is closed and concerns this request. */
  stops(when: "before" | "after", request: GatedRequest): boolean {
    return (
      !this.#over &&
      this.#options.when === when &&
      this.#held.length < this.#options.times &&
      matchesPattern(this.#on, request)
    );
  }

  /** Waits until the end. */
  wait(request: GatedRequest): Promise<WaitEnd> {
    this.#held.push({ method: request.method, path: request.path });
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      for (const counter of this.#counters.filter(({ count }) => count === this.#held.length)) {
        counter.settle();
      }
    });
  }

  release(): void {
    this.end("released");
  }

  /** Ends every wait with `end`, and holds no more requests. */
  end(end: WaitEnd): void {
    this.#over = true;
    for (const waiter of this.#waiters.splice(0)) {
      waiter(end);
    }
    for (const counter of this.#counters.splice(0)) {
      counter.settle(
        new Error(`The gate on "${this.#on}" was released before ${counter.count} request(s) came.`),
      );
    }
  }
}
