import { expect, it } from "vitest";
import { refreshDirectory } from "../../../src/app/refresh-directory.ts";
import { createManualClock } from "../incydr/manual-clock.ts";

/** A refresh whose calls of `fill` and of its listeners are recorded. */
function start(fill: (turn: number) => Promise<number>, isLockFree: () => boolean = () => true) {
  const clock = createManualClock();
  const events: string[] = [];
  let turns = 0;
  const refresh = refreshDirectory({
    clock,
    fill: () => {
      turns += 1;
      events.push("fill");
      return fill(turns);
    },
    tryWithLock: async (name, work) => {
      expect(name).toBe("directory");
      if (!isLockFree()) return false;
      await work();
      return true;
    },
    onFailed: () => void events.push("failed"),
    onRecovered: () => void events.push("recovered"),
  });
  return { clock, events, refresh };
}

it("the first reading begins half a minute after the start, and the next after the pause that it asks for", async () => {
  const { clock, events, refresh } = start(async () => 10_000);
  await clock.advance(29_999);
  expect(events).toEqual([]);
  await clock.advance(1);
  expect(events).toEqual(["fill"]);
  await clock.advance(9_999);
  expect(events).toEqual(["fill"]);
  await clock.advance(1);
  expect(events).toEqual(["fill", "fill"]);
  await refresh[Symbol.asyncDispose]();
});

it("an outage is reported once, is tried again each minute, and its end is reported", async () => {
  const { clock, events, refresh } = start(async (turn) => {
    if (turn <= 3) throw new Error("Incydr is away.");
    return 60_000;
  });
  await clock.advance(30_000 + 4 * 60_000);
  expect(events).toEqual(["fill", "failed", "fill", "fill", "fill", "recovered", "fill"]);
  await refresh[Symbol.asyncDispose]();
});

it("a replica that does not get the lock reads nothing, and tries again after a minute", async () => {
  let isFree = false;
  const { clock, events, refresh } = start(
    async () => 60_000,
    () => isFree,
  );
  await clock.advance(89_999);
  expect(events).toEqual([]);
  isFree = true;
  await clock.advance(1);
  expect(events).toEqual(["fill"]);
  await refresh[Symbol.asyncDispose]();
});

it("disposal ends a pause at once, and nothing is read after it", async () => {
  const { clock, events, refresh } = start(async () => 60_000);
  await refresh[Symbol.asyncDispose]();
  await clock.advance(120_000);
  expect(events).toEqual([]);
});
