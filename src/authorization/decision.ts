import type { Action } from "./questions.ts";

/** Why something is forbidden, in the policies' own words. */
export interface Denial {
  readonly action: Action;
  /** The policies that forbade it; empty when no policy permits it. */
  readonly policyIds: readonly string[];
  /** Sentences for the person who was stopped; never empty. */
  readonly reasons: readonly string[];
  /** Handles of the groups whose members, with nothing else against them, could do it. */
  readonly whoCould: readonly string[];
  readonly policyHash: string;
}

export type Decision =
  | {
      readonly allowed: true;
      /** The policies that permit it. */
      readonly policyIds: readonly string[];
      readonly policyHash: string;
    }
  | { readonly allowed: false; readonly denial: Denial };
