import type { CallOptions } from "../../src/incydr/index.ts";

/** The options of a call. */
export interface CallProfile {
  readonly name: "plain" | "short deadline" | "aborted" | "beforeWrite passes" | "beforeWrite rejects";
  /** Milliseconds; `null` for the default of the workload. */
  readonly deadlineMs: number | null;
  readonly options: () => Pick<CallOptions, "signal" | "beforeWrite">;
}

const plain: CallProfile = { name: "plain", deadlineMs: null, options: () => ({}) };
const callProfiles: readonly CallProfile[] = [
  plain,
  { name: "short deadline", deadlineMs: 40, options: () => ({}) },
  {
    name: "aborted",
    deadlineMs: null,
    options: () => {
      const caller = new AbortController();
      setTimeout(() => caller.abort(), 15);
      return { signal: caller.signal };
    },
  },
  { name: "beforeWrite passes", deadlineMs: null, options: () => ({ beforeWrite: async () => {} }) },
  {
    name: "beforeWrite rejects",
    deadlineMs: null,
    options: () => ({ beforeWrite: () => Promise.reject(new Error("Writes are frozen.")) }),
  },
];

/** The profile of the n-th call. */
export function callProfileOf(n: number): CallProfile {
  return callProfiles[n % callProfiles.length] ?? plain;
}
