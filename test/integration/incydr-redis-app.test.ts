import { expect, test } from "vitest";
import { startRedisServer } from "../../bench/incydr/redis-server.ts";
import { startWorld } from "../support/world.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

describeWithRedis("the bot with Redis", () => {
  test("logs that its replicas keep the limit together, and when they can't", async () => {
    await using redis = await startRedisServer({ password: "hush-redis" });
    await using world = await startWorld({ env: { REDIS_URL: redis.url, INCYDR_SHARE: "1/2" } });
    const logged = (text: string) => world.log.some((line) => line.includes(text));
    await expect.poll(() => logged("share the limit of requests to Incydr")).toBe(true);
    await redis.stop();
    await expect.poll(() => logged("keeps to INCYDR_SHARE of the limit")).toBe(true);
    expect(logged("hush-redis")).toBe(false);
  });
});
