import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withinOneDeadline } from "../../../../src/incydr/client/one-deadline.ts";
import { createCallRunner } from "../../../../src/incydr/http/call-runner.ts";
import type { Clock } from "../../../../src/kernel/clock.ts";

let nowMs = 0;
beforeEach(() => {
  nowMs = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
});

test("several calls share one deadline: each has only what those before it have left", () => {
  const next = withinOneDeadline("list users", { lane: "bulk", deadlineMs: 1000 });
  expect(next()).toEqual({ lane: "bulk", deadlineMs: 1000 });
  nowMs += 400;
  expect(next()).toEqual({ lane: "bulk", deadlineMs: 600 });
  nowMs += 599;
  expect(next()).toEqual({ lane: "bulk", deadlineMs: 1 });
});

test.each([
  ["of the caller", { deadlineMs: 1000 }, 1000],
  ["of the priority", { lane: "change" } as const, 120_000],
  ["of the default priority", undefined, 60_000],
])("a call after the deadline %s is not made, and was provably not sent", (_whose, options, limitMs) => {
  const next = withinOneDeadline("list users", options);
  nowMs += limitMs - 1;
  expect(next).not.toThrow();
  nowMs += 1;
  expect(next).toThrow(expect.objectContaining({ code: "timed_out", sent: "no" }));
});

test("no timer of a deadline is longer than a timer can be, which would end the call at once", async () => {
  const slept: number[] = [];
  const clock: Clock = {
    now: () => new Date(0),
    sleep: (ms) => {
      slept.push(ms);
      return new Promise(() => undefined);
    },
  };
  const run = createCallRunner({ clock, closing: new AbortController().signal });
  for (const deadlineMs of [Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 31 - 1, 5])
    await run({ deadlineMs }, async () => undefined);
  expect(slept).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 5]);
});
