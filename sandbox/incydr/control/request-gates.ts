import {
  type GatedRequest,
  PlacedGate,
  type RequestGate,
  type RequestGateOptions,
  requestGateOptionsSchema,
  type WaitEnd,
} from "./request-gate.ts";
import { requestPatternSchema } from "./request-pattern.ts";

/** The gates, and the requests that a gate or a hang fault holds. */
export interface RequestGates {
  place(on: string, options?: RequestGateOptions): RequestGate;
  get(id: number): RequestGate | undefined;
  /** Waits at the first gate that matches, if any. */
  pass(when: "before" | "after", request: GatedRequest): Promise<WaitEnd>;
  /** Waits until released, or until `hungUp` is aborted. */
  hang(hungUp: AbortSignal): Promise<WaitEnd>;
  /** Releases every gate and every hanging request. */
  releaseAll(): void;
  /** Ends every wait, because the simulator closes. */
  close(): void;
}

/** Creates gates. `place` throws a zod error if the pattern or an option is invalid. */
export function createRequestGates(): RequestGates {
  const placed = new Map<number, PlacedGate>();
  const hanging = new Set<(end: WaitEnd) => void>();
  let lastId = 0;

  function endHanging(end: WaitEnd): void {
    for (const waiter of hanging) {
      waiter(end);
    }
    hanging.clear();
  }

  return {
    place: (on, options = {}) => {
      lastId += 1;
      const gate = new PlacedGate(
        lastId,
        requestPatternSchema.parse(on),
        requestGateOptionsSchema.parse(options),
      );
      placed.set(gate.id, gate);
      return gate;
    },
    get: (id) => placed.get(id),
    pass: async (when, request) => {
      const gate = [...placed.values()].find((candidate) => candidate.stops(when, request));
      return gate ? await gate.wait(request) : "released";
    },
    hang: (hungUp) =>
      new Promise((resolve) => {
        if (hungUp.aborted) {
          resolve("hung_up");
          return;
        }
        hanging.add(resolve);
        hungUp.addEventListener("abort", () => {
          hanging.delete(resolve);
          resolve("hung_up");
        });
      }),
    releaseAll: () => {
      for (const gate of placed.values()) {
        gate.release();
      }
      placed.clear();
      endHanging("released");
    },
    close: () => {
      for (const gate of placed.values()) {
        gate.end("closed");
      }
      placed.clear();
      endHanging("closed");
    },
  };
}
