import { expect, test } from "vitest";
import { createIncydrClient, type IncydrClientOptions } from "../../../../src/incydr/index.ts";

const open = (rate: Partial<IncydrClientOptions>) =>
  createIncydrClient({ url: "http://127.0.0.1:9", clientId: "key-test", clientSecret: "secret", ...rate });

test.each<[string, Partial<IncydrClientOptions>]>([
  ["a rate of nothing", { requestsPerMinute: 0 }],
  ["a rate that is none", { requestsPerMinute: Number.NaN }],
  ["no id", { clientId: " " }],
  ["no secret", { clientSecret: "" }],
  ["a timeout of nothing", { timeoutMs: 0 }],
  ["a timeout that no timer can count", { timeoutMs: Number.POSITIVE_INFINITY }],
  ["a timeout just beyond a timer", { timeoutMs: 2 ** 31 }],
  ["a burst of nothing", { burst: 0 }],
  ["a burst of the whole limit", { requestsPerMinute: 60, burst: 60 }],
  ["a reserve of the whole burst", { burst: 10, reserve: 10 }],
  ["a reserve of less than nothing", { reserve: -1 }],
  ["a share of less than one request at once", { share: 1 / 31 }],
  ["a share of a limit without a burst", { requestsPerMinute: 3, share: 1 / 2 }],
  ["a share of nothing", { share: 0 }],
  ["a share of more than the whole", { share: 1.01 }],
  ["another protocol than Redis has", { redisUrl: "http://127.0.0.1" }],
  ["a text that is no URL", { redisUrl: "127.0.0.1" }],
  ["a password that isn't encoded", { redisUrl: "redis://:50%@127.0.0.1" }],
  [
    "no limit to keep together",
    { redisUrl: "redis://127.0.0.1", requestsPerMinute: Number.POSITIVE_INFINITY },
  ],
])("%s is refused when the client is made", (_, rate) => {
  expect(() => open(rate)).toThrow(expect.objectContaining({ code: "invalid" }));
});

test("no refusal shows a password", () => {
  for (const redisUrl of ["http://:hush@127.0.0.1", "redis://:hush%@127.0.0.1", ":hush@127.0.0.1"]) {
    expect(() => open({ redisUrl })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("hush") }),
    );
  }
});

test("without Redis a replica keeps its share", async () => {
  await using client = open({ requestsPerMinute: 300, share: 1 / 3 });
  expect(client.limiter.read()).toMatchObject({ sharing: "alone", replicas: 1, requestsPerMinute: 100 });
});
