import { describe, expect, test } from "vitest";
import { hasRedis } from "../../bench/incydr/redis-server.ts";

const isThere = await hasRedis();

/**
 * Describes what needs a real Redis server. Where none is installed one test says so instead, and fails where
 * everything has to run (`CI=true`).
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
