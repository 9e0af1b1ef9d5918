import type { Priority } from "../model/priorities.ts";
import type { Slot } from "../model/slot-source.ts";

/**
 * How long a slot stays open for the last steps before its request, in milliseconds. No other request starts meanwhile.
 * After this time the slot is invalid, and the request waits for another slot.
 */
export const longestOpenMs = 2000;

/** A slot, as its source sees it. */
export interface OpenSlot {
  readonly slot: Slot;
  /** Resolves once the slot is used, released or invalid. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a slot, for the priority `lane` if given; it may be used only while `isVoid` returns false. */
export function openSlot({
  lane,
  isVoid = () => false,
  onStarted = () => undefined,
}: {
  readonly lane?: Priority | undefined;
  readonly isVoid?: () => boolean;
  readonly onStarted?: () => void;
}): OpenSlot {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let open = true;
  const close = () => {
    open = false;
    end();
  };
  return {
    ended,
    close,
    slot: {
      lane,
      isOpen: () => open && !isVoid(),
      started: () => {
        onStarted();
        close();
      },
      release: close,
    },
  };
}
