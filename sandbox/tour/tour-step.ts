import type { Check } from "./check.ts";
import type { TourContext } from "./tour-context.ts";

/** One step of the scenario. Its changes are data, and must match those in the simulators exactly. */
export interface TourStep {
  /** The step as a sentence. */
  readonly title: string;
  /** Performs the actions. */
  act(context: TourContext): Promise<void>;
  /** The views in the transcript after the step: new messages in a channel, or an open modal. */
  readonly shows: readonly View[];
  /**
   * The people who see something new from the bot outside the audit channel: `#general: maya, sam` for each channel,
   * and `a modal: maya` for open modals.
   */
  readonly seenBy: readonly string[];
  /** New writes in Incydr's own log, in the words of `describeWrite`. */
  readonly writes: readonly string[];
  /** New entries in the audit channel, without number, time, details and hash. */
  readonly audit: readonly string[];
  /** Whether to count writes and entries that differ only in their user, because the step changes many users. */
  readonly counted?: boolean;
  /** The conditions after the step. It is called until all of them hold, or the time is over. */
  expect(context: TourContext): readonly Check[];
}

/** The view of one person. */
export type View =
  | {
      readonly person: string;
      readonly channel: string;
      /** The number of printed lines of each message, for messages that were printed in full before; default: all. */
      readonly lines?: number;
    }
  | { readonly person: string; readonly modal: true };
