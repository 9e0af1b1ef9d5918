import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mostInAMinute } from "../../../../bench/incydr/request-start-times.ts";
import { createLocalBucket, type Rate } from "../../../../src/incydr/rate-limit/token-bucket.ts";
import { createManualClock } from "../manual-clock.ts";

const rate: Rate = { requestsPerMinute: 300, burst: 30, reserve: 10, refillPerMinute: 0.99 * 270 };
const emergency = { priority: "emergency", overdue: false } as const;
const bulk = { priority: "bulk", overdue: false } as const;

function open(share = 1) {
  const clock = createManualClock();
  const bucket = createLocalBucket({ rate, share, clock });
  const takeAll = async (claim: Parameters<typeof bucket.take>[0]) => {
    let taken = 0;
    while ((await bucket.take(claim)).granted) taken += 1;
    return taken;
  };
  return { clock, bucket, takeAll };
}

describe("a bucket of tokens", () => {
  test("begins empty, and after idle time grants the burst at once and not more", async () => {
    const { clock, takeAll } = open();
    expect(await takeAll(emergency)).toBe(0);
    await clock.advance(3_600_000);
    expect(await takeAll(emergency)).toBe(30);
  });

  test("is refilled by the limit without the burst, less 1 %", async () => {
    const { clock, takeAll } = open();
    let taken = 0;
    for (let second = 0; second < 600; second += 1) {
      await clock.advance(1000);
      taken += await takeAll(emergency);
    }
    expect(taken).toBe(Math.floor(10 * 0.99 * 270));
  });

  test("of a third of the limit holds and grants a third", async () => {
    const { clock, takeAll } = open(1 / 3);
    await clock.advance(3_600_000);
    expect(await takeAll(emergency)).toBe(10);
    await clock.advance(6000);
    expect(await takeAll(emergency)).toBe(Math.floor((0.99 * 90) / 10));
  });

  test("of a rounded share for one request grants one", async () => {
    const { clock, takeAll } = open(0.0333333333);
    await clock.advance(3_600_000);
    expect(await takeAll(emergency)).toBe(1);
  });

  test("keeps the reserve from bulk and background calls, unless they are overdue", async () => {
    for (const priority of ["bulk", "background"] as const) {
      const { clock, bucket, takeAll } = open();
      await clock.advance(3_600_000);
      expect(await takeAll({ priority, overdue: false })).toBe(20);
      expect(await bucket.take({ priority, overdue: true })).toEqual({ granted: true });
      expect(await takeAll({ priority: "change", overdue: false })).toBe(9);
    }
  });

  test("names the time after which a claim succeeds", async () => {
    const { clock, bucket } = open();
    for (const claim of [emergency, bulk]) {
      const refused = await bucket.take(claim);
      if (refused.granted) throw new Error("An empty bucket granted a token.");
      await clock.advance(Math.floor(refused.waitMs) - 1);
      expect((await bucket.take(claim)).granted).toBe(false);
      await clock.advance(2);
      expect((await bucket.take(claim)).granted).toBe(true);
    }
  });

  test("grants nothing during a pause, and is empty after it", async () => {
    const { clock, bucket, takeAll } = open();
    await clock.advance(3_600_000);
    bucket.pause(5000);
    bucket.pause(100);
    await clock.advance(4999);
    expect(await takeAll(emergency)).toBe(0);
    await clock.advance(1);
    expect(await takeAll(emergency)).toBe(0);
    await clock.advance(1000);
    expect(await takeAll(emergency)).toBe(4);
  });

  test("gains nothing from a clock that is set back, and goes on by the new time", async () => {
    let offsetMs = 0;
    const clock = createManualClock();
    const now = () => new Date(clock.now().getTime() + offsetMs);
    const bucket = createLocalBucket({ rate, share: 1, clock: { ...clock, now } });
    await bucket.take(emergency);
    offsetMs = -3_600_000;
    expect((await bucket.take(emergency)).granted).toBe(false);
    await clock.advance(300);
    expect((await bucket.take(emergency)).granted).toBe(true);
    expect((await bucket.take(emergency)).granted).toBe(false);
  });
});

test("no 60 s have more grants than the limit, however the claims fall", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          afterMs: fc.oneof(fc.nat(50), fc.nat(2000), fc.nat(90_000)),
          claims: fc.nat(40),
          priority: fc.constantFrom("emergency", "interactive", "bulk", "background"),
        }),
        { maxLength: 150 },
      ),
      fc.constantFrom(
        rate,
        { requestsPerMinute: 4, burst: 2, reserve: 0, refillPerMinute: 0.99 * 2 },
        { requestsPerMinute: 3, burst: 1, reserve: 0, refillPerMinute: 0.99 * 3 },
        { requestsPerMinute: 1, burst: 1, reserve: 0, refillPerMinute: 0.99 },
      ),
      async (steps, limit) => {
        const clock = createManualClock();
        const bucket = createLocalBucket({ rate: limit, share: 1, clock });
        const grantsMs: number[] = [];
        for (const { afterMs, claims, priority } of steps) {
          await clock.advance(afterMs);
          for (let n = 0; n < claims; n += 1) {
            const { granted } = await bucket.take({ priority, overdue: false });
            if (granted) grantsMs.push(clock.now().getTime());
          }
        }
        expect(mostInAMinute(grantsMs)).toBeLessThanOrEqual(limit.requestsPerMinute);
      },
    ),
  );
});
