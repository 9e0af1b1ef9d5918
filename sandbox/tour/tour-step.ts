import type { Check } from "./check.ts";
import type { TourContext } from "./tour-context.ts";

/** One step of the scenario. Its changes are data. They are compared with the simulators exactly. */
export interface TourStep {
  /** The step as a sentence. */
  readonly title: string;
  /** Performs the actions. */
  act(context: TourContext): Promise<void>;
  /** The views that the transcript shows afterwards: what is new in a channel, or an open modal. */
  readonly shows: readonly View[];
  /**
   * The people to whom the bot shows something new outside the audit channel, as `#general: maya, sam` for each
   * channel, and the people with an open modal, as `a modal: maya`.
   */
  readonly seenBy: readonly string[];
  /** New writes in Incydr's own log, as `describeWrite` words them. */
  readonly writes: readonly string[];
  /** New entries in the audit channel, without number, time, details and hash. */
  readonly audit: readonly string[];
  /** Many users are changed at once: writes and entries that differ in the user alone are counted. */
  readonly counted?: boolean;
  /** The conditions after the step. Called repeatedly until all of them hold, or time is up. */
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
