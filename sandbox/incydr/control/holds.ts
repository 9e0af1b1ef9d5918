import {
  type HeldRequest,
  type Hold,
  type HoldOptions,
  holdOptionsSchema,
  PlacedHold,
  type WaitEnd,
} from "./placed-hold.ts";
import { requestPatternSchema } from "./request-pattern.ts";

/** The holds that are placed, and the requests that stand still by them or by a hang. */
export interface Holds {
  place(on: string, options?: HoldOptions): Hold;
  get(id: number): Hold | undefined;
  /** Waits at the first hold that matches, if any. */
  pass(when: "before" | "after", request: HeldRequest): Promise<WaitEnd>;
  /** Stands still until released, or until `hungUp` is aborted. */
  hang(hungUp: AbortSignal): Promise<WaitEnd>;
  /** Releases every hold and every hanging request. */
  releaseAll(): void;
  /** Ends every wait for good. */
  close(): void;
}

/** Creates holds; `place` throws a zod error for a pattern or an option that is not well formed. */
export function createHolds(): Holds {
  const placed = new Map<number, PlacedHold>();
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
      const hold = new PlacedHold(lastId, requestPatternSchema.parse(on), holdOptionsSchema.parse(options));
      placed.set(hold.id, hold);
      return hold;
    },
    get: (id) => placed.get(id),
    pass: async (when, request) => {
      const hold = [...placed.values()].find((candidate) => candidate.stops(when, request));
      return hold ? await hold.wait(request) : "released";
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
      for (const hold of placed.values()) {
        hold.release();
      }
      placed.clear();
      endHanging("released");
    },
    close: () => {
      for (const hold of placed.values()) {
        hold.end("closed");
      }
      placed.clear();
      endHanging("closed");
    },
  };
}
