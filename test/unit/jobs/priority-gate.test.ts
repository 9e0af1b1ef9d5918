import { expect, it } from "vitest";
import type { Job } from "../../../src/change-requests/index.ts";
import { createPriorityGate } from "../../../src/jobs/priority-gate.ts";
import type { Clock } from "../../../src/kernel/clock.ts";

/** Jobs that are enqueued and run as a test says, on a clock whose sleeps are over when the test says so. */
function setting() {
  const sleeps: { ms: number; end: () => void }[] = [];
  const clock: Clock = {
    now: () => new Date(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleeps.push({ ms, end: resolve });
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
  const gate = createPriorityGate({ clock });
  const begun: string[] = [];
  return {
    gate,
    begun,
    sleeps,
    /** Everything that waits has waited long enough. */
    passTime: () => {
      for (const { end } of sleeps.splice(0)) end();
    },
    /** Begins a telling job when its turn comes. */
    tell: (kind: "show_card" | "announce" | "publish_audit" | "show_progress") => {
      void gate.waitForTurn(kind).then(() => begun.push(kind));
    },
    /** Runs an urgent job until it is told to end. */
    run: (kind: Job["kind"]) => {
      const work = Promise.withResolvers<void>();
      const ran = gate.run(kind, () => work.promise);
      return {
        end: async () => {
          work.resolve();
          await ran;
        },
        fail: async () => {
          work.reject(new Error("Incydr is down"));
          await expect(ran).rejects.toThrow("Incydr is down");
        },
      };
    },
  };
}

/** Lets everything happen that waits for nothing. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("lets what tells begin at once when nothing is done", async () => {
  const { tell, begun, gate } = setting();
  tell("show_card");
  gate.onEnqueued("expire");
  tell("announce");
  await settled();
  expect(begun).toEqual(["show_card", "announce"]);
});

it.each(["show_card", "show_progress", "announce", "publish_audit"] as const)(
  "lets %s wait for urgent jobs that are enqueued and that run",
  async (kind) => {
    const { tell, begun, gate, run } = setting();
    gate.onEnqueued("execute");
    tell(kind);
    await settled();
    const execution = run("execute");
    await settled();
    expect(begun).toEqual([]);
    await execution.end();
    await settled();
    expect(begun).toEqual([kind]);
  },
);

it.each(["decide", "execute", "execute_emergency", "revoke_grants", "end_grants"] as const)(
  "lets notifications wait for %s, enqueued or begun",
  async (kind) => {
    const { tell, begun, gate, run } = setting();
    gate.onEnqueued(kind);
    tell("show_card");
    await settled();
    expect(begun).toEqual([]);
    await run(kind).end();
    await settled();
    expect(begun).toEqual(["show_card"]);
    const another = run(kind);
    tell("announce");
    await settled();
    expect(begun).toEqual(["show_card"]);
    await another.end();
    await settled();
    expect(begun).toEqual(["show_card", "announce"]);
  },
);

it("holds up nothing else, and nothing after an urgent job that failed", async () => {
  const { tell, begun, gate, run } = setting();
  const execution = run("execute");
  await gate.waitForTurn("expire");
  await gate.waitForTurn("execute");
  await execution.fail();
  tell("show_card");
  await settled();
  expect(begun).toEqual(["show_card"]);
});

it("waits for all that are under way, and not for longer than 150 ms", async () => {
  const { tell, begun, sleeps, passTime, run } = setting();
  const [first, second] = [run("decide"), run("execute")];
  tell("announce");
  await first.end();
  await settled();
  expect(begun).toEqual([]);
  expect(new Set(sleeps.map(({ ms }) => ms))).toEqual(new Set([150]));
  passTime();
  await settled();
  expect(begun).toEqual(["announce"]);
  // What has taken that long holds up nothing that comes later, either.
  tell("show_card");
  await settled();
  expect(begun).toEqual(["announce", "show_card"]);
  await second.end();
});

it("forgets a job that was enqueued here and done elsewhere", async () => {
  const { tell, begun, passTime, gate, run } = setting();
  gate.onEnqueued("execute");
  passTime();
  await settled();
  // Its place isn't taken by the next one, which is waited for.
  const execution = run("execute");
  tell("show_card");
  await settled();
  expect(begun).toEqual([]);
  await execution.end();
  await settled();
  expect(begun).toEqual(["show_card"]);
});

it("counts a job that was enqueued for one of those that run, and waits for the others of its kind as well", async () => {
  const { tell, begun, gate, run } = setting();
  gate.onEnqueued("execute");
  const [enqueued, found] = [run("execute"), run("execute")];
  tell("show_card");
  await enqueued.end();
  await settled();
  expect(begun).toEqual([]);
  await found.end();
  await settled();
  expect(begun).toEqual(["show_card"]);
});
