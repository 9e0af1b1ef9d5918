import type { CallOptions } from "../../src/incydr/index.ts";

/** How a call is made: what its caller does beside waiting for it. */
export interface Manner {
  readonly name: "patient" | "hurried" | "given up" | "looking first" | "held back";
  /** Milliseconds; null for the workload's own. */
  readonly deadlineMs: number | null;
  readonly options: () => Pick<CallOptions, "signal" | "beforeWrite">;
}

const patient: Manner = { name: "patient", deadlineMs: null, options: () => ({}) };
const manners: readonly Manner[] = [
  patient,
  { name: "hurried", deadlineMs: 40, options: () => ({}) },
  {
    name: "given up",
    deadlineMs: null,
    options: () => {
      const caller = new AbortController();
      setTimeout(() => caller.abort(), 15);
      return { signal: caller.signal };
    },
  },
  { name: "looking first", deadlineMs: null, options: () => ({ beforeWrite: async () => {} }) },
  {
    name: "held back",
    deadlineMs: null,
    options: () => ({ beforeWrite: () => Promise.reject(new Error("Writes are frozen.")) }),
  },
];

/** The manner of the n-th call. */
export function mannerOf(n: number): Manner {
  return manners[n % manners.length] ?? patient;
}
