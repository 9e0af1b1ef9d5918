import fc from "fast-check";
import { expect, test } from "vitest";
import { mostInAMinute, worstExcess } from "../../../../bench/incydr/request-start-times.ts";
import { createSharedBucket } from "../../../../src/incydr/rate-limit/shared-bucket.ts";
import type { Rate } from "../../../../src/incydr/rate-limit/token-bucket.ts";
import { createManualClock, settled } from "../manual-clock.ts";
import { createMemoryRedis } from "./memory-redis.ts";

const someRate: Rate = { requestsPerMinute: 60, burst: 12, reserve: 3, refillPerMinute: 0.99 * 48 };
const emergency = { priority: "emergency", overdue: false } as const;

function openWorld(rate = someRate) {
  const clock = createManualClock();
  const redis = createMemoryRedis({ rate, clock });

  function openReplica(share = 1 / 3) {
    const changes: string[] = [];
    const reasons: unknown[] = [];
    let name = "";
    const bucket = createSharedBucket({
      ...{ rate, share, clock },
      open: (id, closing) => {
        name = id;
        return redis.open(id, closing);
      },
      onChange: ({ sharing }, reason) => {
        changes.push(sharing);
        reasons.push(reason);
      },
    });
    const takeAll = async () => {
      let taken = 0;
      while ((await bucket.take(emergency)).granted) taken += 1;
      return taken;
    };
    return {
      bucket,
      changes,
      reasons,
      takeAll,
      cutOff: () => redis.cutOff(name),
      back: () => redis.reconnect(name),
    };
  }

  const pass = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 500) await clock.advance(Math.min(500, ms - passedMs));
  };
  return { clock, redis, openReplica, pass };
}

test("replicas use the sum of their shares, and tokens come only with time", async () => {
  const { openReplica, pass } = openWorld();
  const first = openReplica();
  await pass(120_000);
  expect([await first.takeAll(), first.bucket.status()]).toEqual([
    4,
    { sharing: "together", requestsPerMinute: 20, replicas: 1 },
  ]);
  const second = openReplica();
  await settled();
  expect([await second.takeAll(), await first.takeAll()]).toEqual([0, 0]);
  await pass(120_000);
  expect([await second.takeAll(), await first.takeAll()]).toEqual([8, 0]);
});

test("without Redis a replica waits for the end of its lease, and then has its share, from nothing", async () => {
  const { openReplica, pass, redis } = openWorld();
  const { bucket, changes, reasons, takeAll } = openReplica();
  await pass(120_000);
  redis.stop();
  await settled();
  expect(await takeAll()).toBe(0);
  await pass(3000);
  expect(await takeAll()).toBe(0);
  await pass(120_000);
  expect(await takeAll()).toBe(4);
  expect(bucket.status()).toEqual({ sharing: "cut_off", requestsPerMinute: 20, replicas: 1 });
  expect([changes, reasons[1]]).toEqual([["together", "cut_off"], new Error("connection lost")]);
});

test("a replica drops its own tokens when Redis is back, and its share brings none into the shared bucket", async () => {
  const { openReplica, pass, redis } = openWorld();
  const { changes, takeAll, cutOff, back } = openReplica();
  await pass(120_000);
  cutOff();
  await pass(120_000);
  back();
  await pass(1000);
  expect(changes).toEqual(["together", "cut_off", "together"]);
  expect(await takeAll()).toBeLessThanOrEqual(1);
  redis.empty();
  expect(await takeAll()).toBe(0);
});

test("a connection that breaks again and again is tried ever more seldom", async () => {
  const { openReplica, pass, redis } = openWorld();
  const { changes, cutOff, back } = openReplica();
  const joinedAfterMs: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    cutOff();
    await settled();
    back();
    let passedMs = 0;
    for (; changes.at(-1) !== "together"; passedMs += 500) await pass(500);
    joinedAfterMs.push(passedMs);
  }
  expect(joinedAfterMs.slice(0, 3)).toEqual([1000, 2000, 4000]);
  expect(joinedAfterMs.at(-1)).toBe(30_000);
  redis.stop();
});

test("a pause holds all replicas back, also those that come during it, and after Redis lost it", async () => {
  const { openReplica, pass, redis } = openWorld();
  const first = openReplica();
  const second = openReplica();
  await pass(120_000);
  first.bucket.pause(10_000);
  await settled();
  expect([await first.takeAll(), await second.takeAll()]).toEqual([0, 0]);
  redis.stop();
  redis.start();
  await pass(5000);
  const third = openReplica();
  await settled();
  expect([await first.takeAll(), await second.takeAll(), await third.takeAll()]).toEqual([0, 0, 0]);
  await pass(4900);
  expect([await first.takeAll(), await second.takeAll(), await third.takeAll()]).toEqual([0, 0, 0]);
  await pass(10_000);
  expect((await first.takeAll()) + (await third.takeAll())).toBeGreaterThan(5);
});

test("a replica tells Redis of its pause again if Redis loses its data and keeps its connections", async () => {
  const { openReplica, pass, redis } = openWorld();
  const first = openReplica();
  await pass(120_000);
  first.bucket.pause(60_000);
  await settled();
  redis.empty();
  await pass(2_000);
  const second = openReplica();
  await pass(20_000);
  expect(await second.takeAll()).toBe(0);
  expect(second.bucket.pausedUntilMs()).toBeGreaterThan(Number.NEGATIVE_INFINITY);
});

test("a replica that closes while it connects ends at once", async () => {
  const clock = createManualClock();
  const bucket = createSharedBucket({
    ...{ rate: someRate, share: 1, clock, onChange: () => undefined },
    open: (_id, closing) =>
      new Promise((_resolve, reject) => closing.addEventListener("abort", () => reject(closing.reason))),
  });
  await settled();
  await bucket[Symbol.asyncDispose]();
});

test("no window has more grants than burst and refill, though greedy replicas come and go, and Redis with them", async () => {
  // So high that a share in two buckets, even for a second, breaks the limit.
  const high: Rate = { requestsPerMinute: 1200, burst: 240, reserve: 0, refillPerMinute: 0.99 * 960 };
  const replica = fc.nat(2);
  const time = fc.record({
    kind: fc.constantFrom("idle", "greedy"),
    ms: fc.oneof(fc.nat(5000), fc.nat(20_000)),
  });
  const event = fc.oneof(
    fc.record({ kind: fc.constantFrom("cutOff", "back", "restart", "pause"), replica }),
    fc.record({ kind: fc.constantFrom("stop", "start", "empty") }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(event, time), { minLength: 5, maxLength: 40 }), async (steps) => {
      const { clock, redis, openReplica, pass } = openWorld(high);
      const replicas = [0, 1, 2].map(() => openReplica());
      const grantsMs: number[] = [];
      const takeAll = async () => {
        for (const { takeAll } of replicas) {
          grantsMs.push(...new Array<number>(await takeAll()).fill(clock.now().getTime()));
        }
      };
      const events: Record<string, (index: number) => void> = {
        cutOff: (index) => replicas[index]?.cutOff(),
        back: (index) => replicas[index]?.back(),
        // As after a kill -9: the lease lasts.
        restart: (index) => replicas.splice(index, 1, openReplica()).map(({ cutOff }) => cutOff()),
        pause: (index) => replicas[index]?.bucket.pause(1000),
        stop: redis.stop,
        start: redis.start,
        empty: redis.empty,
      };
      await pass(60_000);
      for (const [event, { kind, ms }] of steps) {
        events[event.kind]?.("replica" in event ? event.replica : 0);
        for (let passedMs = 0; passedMs < ms; passedMs += 250) {
          if (kind === "greedy") await takeAll();
          await pass(250);
        }
      }
      await takeAll();
      expect(worstExcess(grantsMs, high)).toBeLessThanOrEqual(0);
      expect(mostInAMinute(grantsMs)).toBeLessThanOrEqual(high.requestsPerMinute);
      await Promise.all(replicas.map(({ bucket }) => bucket[Symbol.asyncDispose]()));
    }),
    { numRuns: 60 },
  );
});
