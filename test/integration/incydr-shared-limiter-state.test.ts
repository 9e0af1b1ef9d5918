import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type RedisServer, startRedisServer } from "../../bench/incydr/redis-server.ts";
import type { Priority } from "../../src/incydr/model/priorities.ts";
import type { Replica } from "../../src/incydr/rate-limit/assign-slot.ts";
import { initialFairness } from "../../src/incydr/rate-limit/fair-scheduling.ts";
import {
  createSharedLimiterState,
  readSentSlot,
  type SharedStateReading,
} from "../../src/incydr/rate-limit/shared-limiter-state.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

describeWithRedis("the shared limiter state in Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedisServer();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(() => redis.flushall());

  const open = () => createSharedLimiterState({ redis, name: "test" });
  const replica = (id: string, ...waiting: Priority[]) => ({
    id,
    waiting,
    requestsPerMinute: 600,
    share: 0.5,
  });
  const history = { turns: initialFairness, lastSlots: { a: 3 } };
  const grantOf = ({ number }: SharedStateReading, spacingMs: number) => ({
    ...({ number, spacingMs, history, priority: "bulk", sendTo: null } as const),
  });
  const byId = (replicas: readonly Replica[]) => Object.fromEntries(replicas.map((one) => [one.id, one]));
  /** A report after the last slot was moved into the past. */
  async function reportAfter(ms: number) {
    await open().report(replica("a", "bulk"), { joining: true });
    for (const field of ["due", "latest", "started"]) await redis.hincrbyfloat("test:slots", field, -ms);
    return await open().report(replica("a", "bulk"));
  }

  test("a report shows each replica whose lease lasts, with its own report and nothing else", async () => {
    const sharedState = open();
    await sharedState.report(replica("a", "bulk"));
    await sharedState.report(replica("b", "emergency", "change"));
    await redis.zadd("test:leases", 1, "a");
    const { replicas } = await sharedState.report(replica("c"));
    expect(byId(replicas)).toEqual({ b: replica("b", "emergency", "change"), c: replica("c") });
    expect(await redis.zrange("test:leases", "0", "-1")).toEqual(["b", "c"]);
    await sharedState.leave("b");
    expect((await sharedState.report(replica("c"))).replicas).toEqual([replica("c")]);
  });

  test("unreadable values that another version wrote count as missing", async () => {
    await redis.hset("test:members", {
      odd: "{",
      older: '{"waiting":["bulk","someday"],"requestsPerMinute":9,"share":1}',
    });
    await redis.hset("test:slots", { history: '{"turns":7}' });
    const { replicas, history: read } = await open().report(replica("a"));
    expect(byId(replicas)).toMatchObject({ older: { waiting: ["bulk"] }, a: { waiting: [] } });
    expect(replicas).toHaveLength(2);
    expect(read).toEqual({ turns: initialFairness, lastSlots: {} });
  });

  test("joining counts as a start just now, and so does a Redis that knows of none", async () => {
    const first = await open().report(replica("a"));
    expect([first.dueMs, first.startedMs]).toEqual([first.nowMs, first.nowMs]);
    const later = await reportAfter(500);
    expect(later.nowMs - (later.startedMs ?? 0)).toBeGreaterThanOrEqual(500);
    const joined = await open().report(replica("b"), { joining: true });
    expect(joined.startedMs).toBe(joined.nowMs);
  });

  test("a slot is granted once, and not before its time", async () => {
    const sharedState = open();
    const reading = await reportAfter(1000);
    expect(await sharedState.grant(grantOf(reading, 2000))).toBeNull();
    const granted = await sharedState.grant(grantOf(reading, 1000));
    expect(granted?.dueMs).toBe(granted?.nowMs);
    expect(await sharedState.grant(grantOf(reading, 1000))).toBeNull();
    const after = await sharedState.report(replica("a"));
    expect(after).toMatchObject({ number: 1, dueMs: granted?.dueMs, startedMs: null, history });
  });

  test("a slot isn't granted by a replica that has not heard of the last one, nor held once its request has started", async () => {
    const sharedState = open();
    const reading = await reportAfter(1000);
    const granted = await sharedState.grant(grantOf(reading, 1000));
    const slot = { ...reading, priority: "bulk", spacingMs: 1000, dueMs: granted?.dueMs ?? 0 } as const;
    // A replica that joins in between does not know either when the request starts.
    expect((await sharedState.report(replica("b"), { joining: true })).startedMs).toBeNull();
    await sharedState.started(slot, slot.dueMs);
    expect(await sharedState.hold(slot, 2000)).toBeNull();
    for (const field of ["due", "latest", "started"]) await redis.hincrbyfloat("test:slots", field, -5000);
    expect(await sharedState.grant(grantOf(reading, 1000))).toBeNull();
    expect(await sharedState.grant(grantOf(await sharedState.report(replica("a")), 1000))).not.toBeNull();
  });

  test("a slot granted a little early is due at its time", async () => {
    // On a busy machine, the time in which the slot counts as early may be over before the request for it. Then the
    // test tries again.
    const { granted, timeMs } = await vi.waitFor(async () => {
      await redis.flushall();
      const reading = await reportAfter(985);
      const granted = await open().grant(grantOf(reading, 1000));
      const timeMs = (reading.startedMs ?? 0) + 1000;
      if (granted && granted.nowMs >= timeMs) throw new Error("The slot was asked for too late to be early.");
      return { granted, timeMs };
    });
    expect(granted?.dueMs).toBeCloseTo(timeMs, 2);
  });

  test("the next slot is due at its distance from the moment at which the last one started", async () => {
    const sharedState = open();
    const reading = await reportAfter(1000);
    const granted = await sharedState.grant(grantOf(reading, 1000));
    const slot = {
      number: reading.number,
      priority: "bulk",
      spacingMs: 1000,
      dueMs: granted?.dueMs ?? 0,
    } as const;
    const startedMs = async () => (await sharedState.report(replica("a"))).startedMs;
    await sharedState.started({ ...slot, number: slot.number - 1 }, slot.dueMs);
    expect(await startedMs()).toBeNull();
    await sharedState.started(slot, slot.dueMs + 0.01);
    expect(await startedMs()).toBeCloseTo(slot.dueMs + 0.01, 2);
    await sharedState.started(slot, slot.dueMs - 5);
    expect(await startedMs()).toBe(slot.dueMs);
    // The request can't have started later than now.
    await sharedState.started(slot, slot.dueMs + 60_000);
    const { nowMs } = await sharedState.report(replica("a"));
    expect(await startedMs()).toBeLessThanOrEqual(nowMs);
  });

  test("a request whose start is not reported counts as started at the latest possible moment", async () => {
    const sharedState = open();
    await sharedState.grant(grantOf(await reportAfter(1000), 1000));
    const pass = (ms: number) =>
      Promise.all(["due", "latest"].map((field) => redis.hincrbyfloat("test:slots", field, -ms)));
    await pass(1400);
    const reading = await sharedState.report(replica("a"));
    expect(await sharedState.grant(grantOf(reading, 1000))).toBeNull();
    await pass(100);
    expect(await sharedState.grant(grantOf(reading, 1000))).not.toBeNull();
  });

  test("the work before a request keeps the next slot back for as long as it asks, or not if it is too late", async () => {
    const sharedState = open();
    const reading = await reportAfter(1000);
    await sharedState.grant(grantOf(reading, 1000));
    const slot = { ...reading, priority: "bulk", spacingMs: 1000 } as const;
    const heldUntilMs = await sharedState.hold(slot, 2000);
    const { nowMs, dueMs } = await sharedState.report(replica("a"));
    expect((heldUntilMs ?? 0) - dueMs).toBeGreaterThanOrEqual(2000);
    expect(heldUntilMs).toBeLessThanOrEqual(nowMs + 2000);
    for (const field of ["due", "latest"]) await redis.hincrbyfloat("test:slots", field, -2600);
    const next = await sharedState.report(replica("a"));
    expect(await sharedState.grant(grantOf(next, 1000))).toBeNull();
    expect(await sharedState.hold(slot, 2000)).toBeNull();
    for (const field of ["due", "latest"]) await redis.hincrbyfloat("test:slots", field, -400);
    expect(await sharedState.grant(grantOf(next, 1000))).not.toBeNull();
    expect(await sharedState.hold(slot, 2000)).toBeNull();
  });

  test("nothing is granted during a pause, and a shorter one doesn't end a longer one", async () => {
    const sharedState = open();
    const reading = await reportAfter(1000);
    await sharedState.pause(60_000);
    await sharedState.pause(10);
    expect(await sharedState.grant(grantOf(reading, 1000))).toBeNull();
    expect((await sharedState.report(replica("a"))).pausedForMs).toBeGreaterThan(59_000);
  });

  test("a clock of Redis that was set back doesn't stop the slots", async () => {
    const reading = await reportAfter(-3_600_000);
    expect([reading.dueMs, reading.startedMs]).toEqual([reading.nowMs, reading.nowMs]);
  });

  test("a slot for another replica is sent to it, with the moment it is due", async () => {
    const sharedState = open();
    const listener = redis.duplicate();
    const heard = new Promise<string>((resolve) =>
      listener.on("message", (_channel, message) => resolve(message)),
    );
    await listener.subscribe(sharedState.channelOf("b"));
    const reading = await reportAfter(1000);
    const granted = await sharedState.grant({ ...grantOf(reading, 1000), sendTo: "b" });
    expect(readSentSlot(await heard)).toEqual({
      number: 0,
      priority: "bulk",
      spacingMs: 1000,
      dueMs: granted?.dueMs,
    });
    expect(readSentSlot("something else")).toBeNull();
    listener.disconnect();
  });
});
