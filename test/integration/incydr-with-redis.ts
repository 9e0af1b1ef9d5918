import { describe, expect, test } from "vitest";
import { hasRedis } from "../../bench/incydr/redis-server.ts";

const isThere = await hasRedis();

/**
 * Describes tests that need a real Redis server. If none is installed, one test says so instead. With `CI=true` this
 * test fails, because every test must run there.
 */
export function describeWithRedis(title: string, body: () => void): void {
  describe(title, () => {
    if (isThere) return body();
    test("has a redis-server to run against, except on a machine that is not CI", () => {
      process.stderr.write(`Not run, for this machine has no redis-server: ${title}\n`);
      expect(process.env.CI).not.toBe("true");
    });
  });
}
