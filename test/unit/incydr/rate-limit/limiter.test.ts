import { describe, expect, test, vi } from "vitest";
import { createLimiter, type Lane } from "../../../../src/incydr/index.ts";
import { createHandBucket, createUnlimitedBucket } from "../hand-bucket.ts";
import { createManualClock, settled } from "../manual-clock.ts";

function open() {
  const clock = createManualClock();
  const { bucket, claims, put, held } = createHandBucket(clock);
  const limiter = createLimiter({ bucket, clock });
  const order: string[] = [];
  const ask = (lane: Lane, name: string = lane, options: { front?: boolean; signal?: AbortSignal } = {}) => {
    limiter.acquire({ lane, ...options }).then(
      () => order.push(name),
      () => order.push(`${name} refused`),
    );
  };
  /** Puts tokens in, and returns once they are granted. */
  const grant = async (count = 1) => {
    const granted = limiter.read().granted + count;
    put(count);
    await vi.waitFor(async () => {
      await clock.advance(10);
      expect(limiter.read().granted).toBe(granted);
    });
    await settled();
  };
  return { clock, limiter, bucket, claims, put, held, grant, order, ask };
}

describe("a limiter", () => {
  test("gives each token to the most urgent call, in the order of their arrival", async () => {
    const { grant, order, ask } = open();
    ask("background");
    ask("bulk", "bulk 1");
    ask("bulk", "bulk 2");
    ask("change");
    ask("interactive");
    ask("emergency");
    ask("bulk", "bulk in front", { front: true });
    await settled();
    await grant(7);
    const bulks = ["bulk in front", "bulk 1", "bulk 2"];
    expect(order).toEqual(["emergency", "interactive", "change", ...bulks, "background"]);
  });

  test("gives the next token to an emergency that comes while 10,000 bulk calls wait", async () => {
    const { grant, order, ask } = open();
    for (let n = 0; n < 10_000; n += 1) ask("bulk");
    await settled();
    await grant(1);
    ask("emergency");
    await settled();
    await grant(2);
    expect(order).toEqual(["bulk", "emergency", "bulk"]);
  });

  test("queues 10,000 calls without blocking the event loop for long", async () => {
    const { ask, limiter } = open();
    const beganMs = performance.now();
    for (let n = 0; n < 10_000; n += 1) ask("bulk");
    await settled();
    expect(limiter.read().waiting.bulk).toBe(10_000);
    // Bottleneck alone takes over 15 s.
    expect(performance.now() - beganMs).toBeLessThan(5000);
  });

  test("wakes up for a more urgent call, whose token may be there already", async () => {
    const { bucket, order, ask, clock } = open();
    const { take } = bucket;
    vi.spyOn(bucket, "take").mockImplementation(async (claim) =>
      claim.priority === "bulk" ? { granted: false, waitMs: 900 } : await take(claim),
    );
    ask("bulk");
    await expect.poll(() => clock.sleeping()).toEqual([900]);
    ask("interactive");
    await expect.poll(() => clock.sleeping()).toEqual([10]);
    expect(order).toEqual([]);
  });

  test("lets a call of a starving priority claim a token of the reserve after 30 s, and then the most urgent", async () => {
    const { clock, claims, grant, order, ask } = open();
    ask("background");
    ask("bulk");
    await settled();
    await clock.advance(29_000);
    for (let n = 0; n < 4; n += 1) ask("emergency");
    await settled();
    await grant(1);
    expect(claims.filter(({ overdue }) => overdue)).toEqual([]);
    await clock.advance(1000);
    await grant(5);
    expect(order).toEqual(["emergency", "bulk", "emergency", "background", "emergency", "emergency"]);
    expect(claims).toContainEqual({ priority: "bulk", overdue: true });
  });

  test("lets bulk and background calls claim a token of the reserve every 30 s while other replicas empty the bucket", async () => {
    const { bucket, clock, order, ask } = open();
    vi.spyOn(bucket, "take").mockImplementation(async ({ overdue }) =>
      overdue ? { granted: true } : { granted: false, waitMs: 900 },
    );
    for (const lane of ["bulk", "background", "bulk", "background"] as const) ask(lane);
    const beganMs = clock.now().getTime();
    await vi.waitFor(() => clock.advance(500).then(() => expect(order).toHaveLength(4)), {
      ...{ timeout: 10_000, interval: 5 },
    });
    expect(order.toSorted()).toEqual(["background", "background", "bulk", "bulk"]);
    expect(clock.now().getTime() - beganMs).toBeGreaterThanOrEqual(60_000);
  });

  test("asks the bucket for at most 1,000 calls at once, however many come at once", async () => {
    const { bucket, limiter } = open();
    let asking = 0;
    let most = 0;
    const answer = Promise.withResolvers<void>();
    vi.spyOn(bucket, "take").mockImplementation(async () => {
      asking += 1;
      most = Math.max(most, asking);
      await answer.promise;
      asking -= 1;
      return { granted: true };
    });
    const calls = Array.from({ length: 1_050 }, () => limiter.acquire({ lane: "bulk" }));
    await settled();
    answer.resolve();
    await Promise.all(calls);
    // One further call has its turn in the queue.
    expect(most).toBeLessThanOrEqual(1_001);
  });

  test("can be closed twice", async () => {
    const { limiter } = open();
    await limiter[Symbol.asyncDispose]();
    await expect(limiter[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });

  test("gives the token that a starving call waits for to no call that comes just then", async () => {
    const { clock, put, order, ask } = open();
    ask("background");
    await settled();
    await clock.advance(30_000);
    put(1);
    ask("interactive");
    await vi.waitFor(() => clock.advance(10).then(() => expect(order).toEqual(["background"])));
  });

  test("doesn't count a priority as starving whose calls get tokens", async () => {
    const { clock, claims, grant, ask } = open();
    for (let n = 0; n < 20; n += 1) ask("bulk");
    await settled();
    for (let n = 0; n < 10; n += 1) {
      await clock.advance(5000);
      await grant(1);
    }
    expect(claims.some(({ overdue }) => overdue)).toBe(false);
  });

  test("loses no token to a busy event loop: the turn is given before the token is taken", async () => {
    const clock = createManualClock();
    const { bucket, put } = createHandBucket(clock);
    const { take } = bucket;
    let takenAtMs = 0;
    vi.spyOn(bucket, "take").mockImplementation(async (claim) => {
      takenAtMs = clock.now().getTime();
      return await take(claim);
    });
    const limiter = createLimiter({ bucket, clock });
    const starts = [1, 2, 3].map(() => limiter.acquire({ lane: "bulk" }));
    await settled();
    put(3);
    for (const start of starts) {
      // Time flies between any two steps of Bottleneck.
      const flying = setInterval(() => void clock.advance(150), 0);
      const { isOpen } = await start;
      clearInterval(flying);
      expect([isOpen(), clock.now().getTime() - takenAtMs]).toEqual([true, 0]);
    }
  });

  test("gives the token of a call that was given up to the next one", async () => {
    const { limiter, grant, order, ask } = open();
    const giveUp = new AbortController();
    for (let n = 0; n < 30; n += 1) ask("interactive", "given up", { signal: giveUp.signal });
    ask("bulk");
    await settled();
    giveUp.abort(new Error("enough"));
    await settled();
    expect(limiter.read().waiting).toMatchObject({ interactive: 0, bulk: 1 });
    await grant(1);
    expect(order.filter((name) => name !== "given up refused")).toEqual(["bulk"]);
  });

  test("refuses a call with the reason of its signal", async () => {
    const { limiter } = open();
    const giveUp = new AbortController();
    const given = limiter.acquire({ lane: "interactive", signal: giveUp.signal });
    await settled();
    giveUp.abort(new Error("enough"));
    await expect(given).rejects.toThrow("enough");
    await expect(limiter.acquire({ lane: "bulk", signal: giveUp.signal })).rejects.toThrow("enough");
  });

  test("holds every priority back during a pause, emergencies too", async () => {
    const { clock, limiter, put, grant, order, ask } = open();
    ask("emergency");
    ask("bulk");
    await settled();
    limiter.pause(5000);
    put(1);
    await clock.advance(4990);
    expect([order, limiter.read().pausedForMs]).toEqual([[], 10]);
    await grant(0);
    await vi.waitFor(() => clock.advance(10).then(() => expect(order).toEqual(["emergency"])));
  });

  test("voids a grant after 200 ms, or once a pause begins, and says whether a pause fell into the wait", async () => {
    const { clock, limiter, put } = open();
    put(3);
    const first = await limiter.acquire({ lane: "change" });
    expect([first.isOpen(), first.heldBack, first.waitedMs]).toEqual([true, false, 0]);
    await clock.advance(200);
    expect(first.isOpen()).toBe(true);
    await clock.advance(1);
    expect(first.isOpen()).toBe(false);
    const second = await limiter.acquire({ lane: "change" });
    limiter.pause(50);
    expect(second.isOpen()).toBe(false);
    const waiting = limiter.acquire({ lane: "change" });
    await settled();
    await clock.advance(60);
    // The pause is over before the 200 ms are.
    expect(second.isOpen()).toBe(false);
    const third = await waiting;
    expect([third.isOpen(), third.heldBack]).toEqual([true, true]);
  });

  test("tells queue lengths, the longest wait and the place of a new call", async () => {
    const { clock, limiter, grant, ask } = open();
    ask("bulk");
    ask("bulk");
    await settled();
    const start = limiter.acquire({ lane: "background" });
    await clock.advance(700);
    expect(limiter.read()).toMatchObject({
      waiting: { emergency: 0, interactive: 0, change: 0, bulk: 2, background: 1 },
      longestWaitMs: 700,
      granted: 0,
    });
    const lanes = ["interactive", "bulk", "background"] as const;
    expect(lanes.map((lane) => limiter.aheadOf(lane))).toEqual([0, 2, 3]);
    await grant(3);
    expect((await start).waitedMs).toBeGreaterThanOrEqual(700);
  });

  test("that is closed refuses the calls that wait, and later ones", async () => {
    const { limiter, order, ask } = open();
    ask("bulk");
    await settled();
    await limiter[Symbol.asyncDispose]();
    ask("interactive");
    await settled();
    expect(order).toEqual(["bulk refused", "interactive refused"]);
  });

  test("serves a caller that comes at the very moment the queue runs empty", async () => {
    for (let microtasks = 0; microtasks < 40; microtasks += 1) {
      const { limiter, grant, put, clock } = open();
      const first = limiter.acquire({ lane: "interactive" });
      await settled();
      await grant(1);
      put(1);
      for (let n = 0; n < microtasks; n += 1) await Promise.resolve();
      const second = limiter.acquire({ lane: "bulk" });
      await settled();
      await clock.advance(10);
      await Promise.all([first, second]);
    }
  });

  test("without a limit grants every call at once", async () => {
    const clock = createManualClock();
    const limiter = createLimiter({ bucket: createUnlimitedBucket(clock), clock });
    await Promise.all(Array.from({ length: 1000 }, () => limiter.acquire({ lane: "bulk" })));
    expect(limiter.read()).toMatchObject({ granted: 1000, sharing: "alone" });
  });
});
