import type { PolicySources } from "./policy-sources.ts";

/** One policy of the files, with what people are told about it. */
export interface Policy {
  readonly id: string;
  readonly file: string;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly text: string;
  readonly effect: "permit" | "forbid";
  /** The reason that a person reads when this policy stops them; only a `forbid` needs one. */
  readonly reason: string | null;
  /** The group whose members a `permit` is for. */
  readonly group: string | null;
  /** The actions it speaks of; empty means all. */
  readonly actions: readonly string[];
  /** Texts and terms for people; never a condition. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A whole set of policies that agrees with its schema. */
export interface PolicySet {
  readonly schema: string;
  readonly policies: readonly Policy[];
  /** SHA-256 of the schema and every policy file, hexadecimal: names the set in audit entries. */
  readonly hash: string;
  /** The sources of the policies. */
  readonly sources: PolicySources;
}
