import { test } from "vitest";
import { worstExcess } from "../../bench/incydr/request-start-times.ts";
import { type Replica, rate, redisPassword, startSharedLimit, userId } from "./incydr-shared-limit.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

describeWithRedis("a limit kept over Redis", () => {
  const all = (two: readonly Replica[]) => two.flatMap(({ starts }) => starts);

  test.concurrent("calls go on at each replica's share while Redis is away, and together once it is back, empty, and none is lost", async ({
    expect,
  }) => {
    await using shared = await startSharedLimit();
    const { redis, openTwo } = shared;
    const two = await openTwo();
    const stop = new AbortController();
    const calling = Promise.all(two.map((replica) => replica.callOn(stop.signal)));
    await Promise.all(two.map((replica) => replica.untilStarted(5)));
    await redis.stop();
    await Promise.all(two.map((replica) => replica.untilSharing("cut_off")));
    expect(two[0].client.limiter.read()).toMatchObject({
      sharing: "cut_off",
      replicas: 1,
      requestsPerMinute: rate.requestsPerMinute / 2,
    });
    const cutOffAt = two.map(({ starts }) => starts.length);
    await Promise.all(two.map((replica) => replica.untilStarted(8)));
    await redis.start();
    await Promise.all(two.map((replica) => replica.untilSharing("together")));
    await Promise.all(two.map((replica) => replica.untilStarted(5)));
    stop.abort();
    for (const { made, failed } of await calling) {
      expect(failed).toEqual([]);
      expect(made).toBeGreaterThan(15);
    }
    for (const [index, replica] of two.entries()) {
      const fallbackStarts = replica.starts.slice(cutOffAt[index]);
      const half = { requestsPerMinute: rate.requestsPerMinute / 2, burst: rate.burst / 2 };
      expect(worstExcess(fallbackStarts, half)).toBeLessThanOrEqual(0);
      expect(replica.changes.map(({ sharing }) => sharing)).toEqual(["together", "cut_off", "together"]);
      expect(replica.changes[1]?.reason).toMatch(/closed|ECONNREFUSED|ECONNRESET|EPIPE/);
    }
    expect(worstExcess(all(two), rate)).toBeLessThanOrEqual(0);
  });

  test.concurrent("a Redis that can't be reached from the start is told once, without its password, and used once it is there", async ({
    expect,
  }) => {
    await using shared = await startSharedLimit();
    const { redis, open } = shared;
    await redis.stop();
    const replica = open();
    await replica.until(() => replica.changes.length > 0);
    await redis.start();
    await replica.untilSharing("together");
    await replica.client.users.getUser(userId);
    expect(replica.changes.map(({ sharing }) => sharing)).toEqual(["cut_off", "together"]);

    const stranger = open(redis.url.replace(redisPassword, "wrong-secret"));
    await stranger.until(() => stranger.changes.length > 0);
    expect(stranger.changes[0]?.reason).toMatch(/WRONGPASS/);
    expect(JSON.stringify(stranger.changes)).not.toContain("wrong-secret");
  });
});
