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

/** By which policies a person may do something, and as a member of which groups. */
export interface Entitlement {
  /** Ids of the policies that permit it, in the order of the files. */
  readonly policyIds: readonly string[];
  /** Handles of the groups for whose members those policies are; the person is in each. */
  readonly groups: readonly string[];
}

export type Decision =
  | ({ readonly allowed: true; readonly policyHash: string } & Entitlement)
  | { readonly allowed: false; readonly denial: Denial };
