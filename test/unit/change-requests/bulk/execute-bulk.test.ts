import { describe, expect, it } from "vitest";
import {
  type ChangeRequest,
  createExecuteBulk,
  type Transaction,
} from "../../../../src/change-requests/index.ts";
import type { PeopleSources } from "../../../../src/change-requests/policy/check-authority.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";

type Progress = Pick<ChangeRequest, "state" | "paused" | "waitingFor">;

const RUNNING: Progress = { state: "executing", paused: false, waitingFor: null };
/** Targets that are worked on at once. */
const WIDTH = 6;

/** How many of twelve targets are tried of a bulk that is as `later` says once the first were. */
async function triedOf(later: Progress | null): Promise<number> {
  let tried = 0;
  const tx = {
    requests: {
      update: async () => {},
      targetsIn: async () => Array.from({ length: 12 }, (_, position) => ({ position, username: "" })),
      progress: async () => (tried === 0 ? RUNNING : later),
    },
    jobs: { enqueue: async () => {} },
  } as unknown as Transaction; // nothing else of it is used
  const executeBulk = createExecuteBulk({
    executeTarget: async () => {
      tried += 1;
    },
    people: {} as PeopleSources, // nobody is asked
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    bulkLock: { tryWithLock: async (_id, work) => work().then(() => true) },
    clock: systemClock,
    isOutage: () => false,
  });
  await executeBulk(1);
  return tried;
}

describe("a bulk", () => {
  it.each<[string, Progress | null]>([
    ["is paused", { ...RUNNING, paused: true }],
    ["is done", { ...RUNNING, state: "done" }],
    ["has expired", { ...RUNNING, state: "expired" }],
    ["waits for the end of a freeze", { ...RUNNING, waitingFor: "freeze" }],
    ["waits for Incydr", { ...RUNNING, waitingFor: "incydr" }],
    ["is gone", null],
  ])("that %s begins no further target", async (_what, later) => {
    expect(await triedOf(later)).toBe(WIDTH);
  });

  it.each<[string, Progress]>([
    ["goes on", RUNNING],
    ["isn't begun yet", { ...RUNNING, state: "approved" }],
    ["has a target that waits for its subject", { ...RUNNING, waitingFor: "subject" }],
  ])("that %s tries all its targets", async (_what, later) => {
    expect(await triedOf(later)).toBe(12);
  });
});
