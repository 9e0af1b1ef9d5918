import type { Slot } from "../model/slot-source.ts";

/** Hands slots from their sources over to the one waiter. */
export interface SlotHandoff {
  /** Waits for the next slot that is delivered. */
  next(): Promise<Slot>;
  /** Resolves when a waiter waits for a slot. */
  wanted(): Promise<void>;
  /** Hands a slot to the waiter; without a waiter the slot is released. */
  deliver(slot: Slot): void;
  /** Rejects the waiter. */
  close(reason: unknown): void;
}

/** A handoff without a waiter. */
export function createSlotHandoff(): SlotHandoff {
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
