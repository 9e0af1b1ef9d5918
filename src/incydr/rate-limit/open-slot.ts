import type { Priority } from "../model/priorities.ts";
import type { Slot } from "../model/slot-source.ts";

/**
 * How long a slot may be kept for what comes right before its request, in milliseconds. Nothing else starts
 * meanwhile; after that it is void and the request waits for another.
 */
export const longestOpenMs = 2000;

/** A slot as its source sees it: until it is used, given back or void. */
export interface OpenSlot {
  readonly slot: Slot;
  /** Resolves once it is used or given back. */
  readonly ended: Promise<void>;
  /** Makes it void. */
  close(): void;
}

/** Opens a slot, for the priority `lane` if one is named; `isVoid` is asked before its use. */
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
