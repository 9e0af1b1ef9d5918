import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { repeatChecks } from "../../../src/app/repeat-checks.ts";
import { correlationId, withCorrelation } from "../../../src/kernel/correlation.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A check that counts its runs and answers with `pauseMs`. */
function counting(pauseMs: number) {
  const check = {
    runs: 0,
    async run() {
      check.runs += 1;
      return pauseMs;
    },
  };
  return check;
}

it("repeats each check after the pause that it returned", async () => {
  const often = counting(1_000);
  const seldom = counting(10_000);
  using checks = repeatChecks({ checks: [often.run, seldom.run], onError: () => {} });
  await checks.first;
  await vi.advanceTimersByTimeAsync(9_500);
  expect([often.runs, seldom.runs]).toEqual([10, 1]);
});

it("goes on after a check that throws, and reports its error", async () => {
  const errors: unknown[] = [];
  const broken = { run: () => Promise.reject(new Error("bug")) };
  const sound = counting(1_000);
  using checks = repeatChecks({
    checks: [broken.run, sound.run],
    onError: (error) => void errors.push(error),
  });
  await checks.first;
  await vi.advanceTimersByTimeAsync(5_500);
  expect(errors).toHaveLength(2);
  expect(sound.runs).toBe(6);
});

it("never runs a check beside itself", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const slow = { runs: 0, run: () => (++slow.runs === 1 ? promise : Promise.resolve(1_000)) };
  using checks = repeatChecks({ checks: [slow.run], onError: () => {} });
  checks.hurry(slow.run);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(slow.runs).toBe(1);
  resolve(1_000);
  await checks.first;
  checks.hurry(slow.run);
  expect(slow.runs).toBe(2);
});

it("gives each run and its reports a correlation id of their own, also a run that other work hurried", async () => {
  const ids: (string | null)[] = [];
  const reported: (string | null)[] = [];
  const broken = {
    async run() {
      ids.push(correlationId());
      throw new Error("bug");
    },
  };
  using checks = repeatChecks({ checks: [broken.run], onError: () => void reported.push(correlationId()) });
  await checks.first;
  withCorrelation("a click", () => checks.hurry(broken.run));
  await vi.advanceTimersByTimeAsync(10_500);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[\da-f-]{36}$/);
  expect(reported).toEqual(ids);
});

it("counts the pause anew from a run that was hurried", async () => {
  const check = counting(1_000);
  using checks = repeatChecks({ checks: [check.run], onError: () => {} });
  await checks.first;
  await vi.advanceTimersByTimeAsync(500);
  checks.hurry(check.run);
  await vi.advanceTimersByTimeAsync(999);
  expect(check.runs).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(check.runs).toBe(3);
});

it("leaves nothing behind if it is disposed of while a check runs", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const checks = repeatChecks({ checks: [() => promise], onError: () => {} });
  checks[Symbol.dispose]();
  resolve(1_000);
  await checks.first;
  expect(vi.getTimerCount()).toBe(0);
});

it("runs nothing more once it is disposed of", async () => {
  const check = counting(1_000);
  let last: ReturnType<typeof repeatChecks>;
  {
    using checks = repeatChecks({ checks: [check.run], onError: () => {} });
    await checks.first;
    last = checks;
  }
  last.hurry(check.run);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(check.runs).toBe(1);
});
