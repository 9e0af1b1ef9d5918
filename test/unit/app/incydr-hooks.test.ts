import { expect, it } from "vitest";
import { createIncydrHooks } from "../../../src/app/observers.ts";
import { createMetrics } from "../../../src/observability/index.ts";
import { captureLog } from "../../support/captured-log.ts";

const EVENT = { method: "GET", lane: "background", attempt: 1, durationMs: 5 } as const;

/** The hooks, their log lines, and how often they reported refused credentials. */
function setting() {
  const { logger, logged } = captureLog();
  const metrics = createMetrics();
  let refused = 0;
  const hooks = createIncydrHooks({
    logger,
    metrics,
    onTokenRefused: () => {
      refused += 1;
    },
  });
  return { hooks, metrics, refused: () => refused, logged };
}

it.each([
  [400, "/v1/oauth", 1],
  [401, "/v1/oauth", 1],
  [403, "/v1/oauth", 1],
  [200, "/v1/oauth", 0],
  [429, "/v1/oauth", 0],
  [500, "/v1/oauth", 0],
  [null, "/v1/oauth", 0],
  [401, "/v1/users", 0],
  [403, "/v1/roles", 0],
])(
  "an answer of status %s to %s says %s times that the API client's credentials are refused",
  async (...[status, path, times]) => {
    const { hooks, metrics, refused } = setting();
    hooks.onResponse?.({ ...EVENT, path, status });
    expect(refused()).toBe(times);
    expect(await metrics.text()).toMatch(new RegExp(`path="${path}",status="${status ?? "none"}"} 1`));
  },
);

it("a replica that keeps to its own share logs a warning with the reason, and replicas that share the limit log none", () => {
  const { hooks, logged } = setting();
  const sharing = { requestsPerMinute: 29.6, replicas: 2 };
  hooks.onSharing?.({ ...sharing, sharing: "cut_off", reason: "ECONNREFUSED" });
  hooks.onSharing?.({ ...sharing, sharing: "together", reason: null });
  expect(logged()).toMatchObject([
    { level: "warn", requestsPerMinute: 30, replicas: 2, reason: "ECONNREFUSED" },
    { level: "info", requestsPerMinute: 30, replicas: 2 },
  ]);
});
