import type { Check } from "./check.ts";
import type { TourContext } from "./tour-context.ts";

/** One step of the scenario. Its changes are data. They are compared with the simulators exactly. */
export interface TourStep {
  /** What happens, as a sentence. */
  readonly title: string;
  /** Lets people do it. */
  act(context: TourContext): Promise<void>;
  /** The views that the transcript shows afterwards: what is new in a channel, or an open modal. */
  readonly shows: readonly View[];
  /**
   * To whom the bot shows something new outside the audit channel, as `#general: maya, sam` for each channel, and
   * who has a modal open, as `a modal: maya`.
   */
  readonly seenBy: readonly string[];
  /** New writes in Incydr's own log, as `describeWrite` words them. */
  readonly writes: readonly string[];
  /** New entries in the audit channel, without number, time, details and hash. */
  readonly audit: readonly string[];
  /** Many users are changed at once: writes and entries that differ in the user alone are counted. */
  readonly counted?: boolean;
  /** What people read now. Called again and again until all of it holds, or time is up. */
  expect(context: TourContext): readonly Check[];
}

/** What one person looks at. */
export type View =
  | {
      readonly person: string;
      readonly channel: string;
      /** How many lines of each message are printed, where it was read in full before; all unless given. */
      readonly lines?: number;
    }
  | { readonly person: string; readonly modal: true };
