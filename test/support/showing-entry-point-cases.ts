import type { EntryPointCase } from "./bulk-entry-point-cases.ts";

const OWN_JOB = "it shows what is stored, to those who may see the card";

/** The cases of the jobs that show a request. */
export const SHOWING_CASES: Record<string, EntryPointCase> = {
  "job show_card": {
    by: "maya",
    run: async ({ leave, pending }) => leave({ kind: "show_card", requestId: await pending() }),
    evenSo: { because: OWN_JOB, isSeen: true },
  },
  "job announce": {
    by: "maya",
    run: async ({ leave, pending }) =>
      leave({ kind: "announce", requestId: await pending(), topic: "denied" }),
    evenSo: { because: OWN_JOB, isSeen: true },
  },
  "job ask": {
    by: "maya",
    run: async ({ leave, pending }) => leave({ kind: "ask", requestId: await pending() }),
    evenSo: { because: OWN_JOB, isSeen: true },
  },
  "job announce_freeze": {
    by: "maya",
    run: ({ leave }) => leave({ kind: "announce_freeze", notice: "read_only" }),
    isIdle: "it announces a stop that was stored before, and there is none",
  },
};
