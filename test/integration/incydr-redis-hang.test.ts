import { Redis } from "ioredis";
import { test } from "vitest";
import { monotonicMs, worstExcess } from "../../bench/incydr/request-start-times.ts";
import { type Replica, rate, startSharedLimit, userId } from "./incydr-shared-limit.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

describeWithRedis("a limit kept over Redis", () => {
  const all = (two: readonly Replica[]) => two.flatMap(({ starts }) => starts);

  test.concurrent("replicas go on at once after a Redis lost everything, if no connection broke", async ({
    expect,
  }) => {
    await using shared = await startSharedLimit();
    const { redis, openTwo } = shared;
    const two = await openTwo();
    const stop = new AbortController();
    const calling = Promise.all(two.map((replica) => replica.callOn(stop.signal)));
    const admin = new Redis(redis.url);
    for (let round = 0; round < 3; round += 1) {
      await two[0].untilStarted(4);
      await admin.flushall();
    }
    await two[1].untilStarted(4);
    admin.disconnect();
    stop.abort();
    for (const { failed } of await calling) expect(failed).toEqual([]);
    expect(worstExcess(all(two), rate)).toBeLessThanOrEqual(0);
    expect(two[0].changes.map(({ sharing }) => sharing)).toEqual(["together"]);
  });

  test.concurrent("a Redis that hangs counts as away", async ({ expect }) => {
    await using shared = await startSharedLimit();
    const { redis, open } = shared;
    const replica = open();
    await replica.untilSharing("together");
    const stop = new AbortController();
    const calling = replica.callOn(stop.signal);
    await replica.untilStarted(3);
    redis.suspend();
    await replica.untilSharing("cut_off");
    await replica.untilStarted(3);
    redis.resume();
    await replica.untilSharing("together");
    stop.abort();
    expect((await calling).failed).toEqual([]);
    expect(worstExcess(replica.starts, rate)).toBeLessThanOrEqual(0);
  });

  test.concurrent("a 429 of one replica holds all replicas back, for as long as it says", async ({
    expect,
  }) => {
    await using shared = await startSharedLimit();
    const { server, openTwo } = shared;
    const two = await openTwo();
    await Promise.all(two.map(({ client }) => client.users.getUser(userId)));
    let refusedMs = Number.NaN;
    server.respond((_request, nth) => {
      if (nth !== 3) return { json: { userId } };
      // The time on the server. The replica gets the answer later, and on a busy machine much later.
      refusedMs = monotonicMs();
      return { status: 429, headers: { "Retry-After": "1" } };
    });
    const refused = two[0].client.users.getUser(userId);
    await two[0].until(() => two[0].retries.includes("429"));
    await Promise.all([refused, two[1].client.users.getUser(userId, { lane: "emergency" })]);
    const later = all(two).filter((atMs) => atMs > refusedMs);
    expect(later).toHaveLength(2);
    expect(Math.min(...later) - refusedMs).toBeGreaterThanOrEqual(990);
  });
});
