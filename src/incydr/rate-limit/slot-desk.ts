import type { Slot } from "../model/slot-source.ts";

/** Where the one who wants the next slot meets those who bring it. */
export interface SlotDesk {
  /** Resolves with the next slot that is brought. */
  next(): Promise<Slot>;
  /** Resolves when somebody wants a slot. */
  wanted(): Promise<void>;
  /** Brings a slot; nobody wanting it, it is given back. */
  deliver(slot: Slot): void;
  /** Refuses who wants one. */
  close(reason: unknown): void;
}

/** A desk at which nobody waits yet. */
export function createSlotDesk(): SlotDesk {
  let wanted = Promise.withResolvers<void>();
  let customer: PromiseWithResolvers<Slot> | undefined;
  return {
    next: () => {
      customer = Promise.withResolvers();
      wanted.resolve();
      return customer.promise;
    },
    wanted: () => wanted.promise,
    deliver: (slot) => {
      if (!customer) return slot.release();
      const served = customer;
      customer = undefined;
      wanted = Promise.withResolvers();
      served.resolve(slot);
    },
    close: (reason) => customer?.reject(reason),
  };
}
