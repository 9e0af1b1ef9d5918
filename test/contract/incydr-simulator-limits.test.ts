import { expect, test } from "vitest";
import { basic, call, callerOf, NADIA, startSimulator } from "./incydr-simulator-caller.ts";

function createClock() {
  let nowMs = Date.UTC(2026, 10, 23, 9, 0, 0, 250);
  return {
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

test("a request without a token, or with one that was never issued, is 401", async () => {
  await using simulator = await startSimulator();
  expect((await call(`${simulator.url}/v1/users`, "GET")).status).toBe(401);
  const headers = { authorization: "Bearer made-up" };
  expect((await call(`${simulator.url}/v1/users`, "GET", headers)).status).toBe(401);
});

test("a token is good until its lifetime is over", async () => {
  const clock = createClock();
  await using simulator = await startSimulator({ clock, tokenLifetimeSeconds: 60 });
  clock.advance(59_999);
  expect((await simulator.get("/v1/users")).status).toBe(200);
  clock.advance(1);
  expect((await simulator.get("/v1/users")).status).toBe(401);
});

test("after a change of the client's secret, tokens of before and the old secret are refused", async () => {
  await using simulator = await startSimulator();
  simulator.control.changeClientSecret("another-secret");
  expect((await simulator.get("/v1/users")).status).toBe(401);
  const { clientId, clientSecret, url } = simulator;
  const tokenStatus = async (secret: string) =>
    (await call(`${url}/v1/oauth`, "POST", basic(clientId, secret))).status;
  expect(await tokenStatus(clientSecret)).toBe(401);
  expect(await tokenStatus("another-secret")).toBe(200);
});

test("a write with an expired token is logged as refused", async () => {
  await using simulator = await startSimulator();
  simulator.control.expireTokens();
  await simulator.deactivate(NADIA);
  expect(simulator.writeLog()).toMatchObject([{ applied: false, status: 401, after: { active: true } }]);
});

test("more than the burst at once is refused with 429 and the seconds until the next may come", async () => {
  const clock = createClock();
  await using simulator = await startSimulator({ clock, requestsPerMinute: 30, burst: 2 });
  expect((await simulator.get("/v1/orgs")).status).toBe(200);
  expect((await simulator.get("/v1/orgs")).status).toBe(200);
  const refused = await simulator.get("/v1/orgs");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "2"]);
  clock.advance(1999);
  expect((await simulator.get("/v1/orgs")).status).toBe(429);
  clock.advance(1);
  expect((await simulator.get("/v1/orgs")).status).toBe(200);
  expect(simulator.control.rateLimit).toMatchObject({ allowed: 3, refused: 2 });
});

test("a sliding window lets no more than the limit through in any 60 s, and names when the next may come", async () => {
  const clock = createClock();
  await using simulator = await startSimulator({ clock, requestsPerMinute: 3, slidingWindow: true });
  const status = async () => (await simulator.get("/v1/orgs")).status;
  expect([await status(), await status()]).toEqual([200, 200]);
  clock.advance(20_000);
  expect(await status()).toBe(200);
  const refused = await simulator.get("/v1/orgs");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "40"]);
  clock.advance(39_999);
  expect(await status()).toBe(429);
  clock.advance(1);
  expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
  clock.advance(20_000);
  expect([await status(), await status()]).toEqual([200, 429]);
});

test("evenly spaced requests at exactly the limit are never refused", async () => {
  const clock = createClock();
  await using simulator = await startSimulator({ clock, requestsPerMinute: 300, burst: 1 });
  for (let request = 0; request < 60; request += 1) {
    expect((await simulator.get("/v1/users/roles")).status).toBe(200);
    clock.advance(200);
  }
  expect(simulator.control.rateLimit.refused).toBe(0);
});

test("Retry-After is a date if that form is switched on", async () => {
  const clock = createClock();
  const limit = { requestsPerMinute: 60, burst: 1, retryAfterForm: "date" } as const;
  await using simulator = await startSimulator({ clock, ...limit });
  await simulator.get("/v1/orgs");
  const refused = await simulator.get("/v1/orgs");
  expect(refused.headers.get("retry-after")).toBe("Mon, 23 Nov 2026 09:00:02 GMT");
});

test("the token endpoint is not counted, and a write over the limit is logged as refused", async () => {
  await using simulator = await startSimulator({ requestsPerMinute: 1, burst: 1 });
  await callerOf(simulator);
  await callerOf(simulator);
  await simulator.get("/v1/orgs");
  expect((await simulator.deactivate(NADIA)).status).toBe(429);
  expect(simulator.writeLog()).toMatchObject([{ applied: false, status: 429 }]);
});

test("the limit can be changed and switched off while running", async () => {
  await using simulator = await startSimulator({ requestsPerMinute: 1, burst: 1 });
  expect((await simulator.get("/v1/orgs")).status).toBe(200);
  expect((await simulator.get("/v1/orgs")).status).toBe(429);
  simulator.control.setRateLimit({ requestsPerMinute: 600 });
  expect(simulator.control.rateLimit).toMatchObject({ requestsPerMinute: 600, burst: 60 });
  expect((await simulator.get("/v1/orgs")).status).toBe(200);
  simulator.control.setRateLimit({ requestsPerMinute: null });
  const answers = await Promise.all(Array.from({ length: 100 }, () => simulator.get("/v1/orgs")));
  expect(answers.filter((answer) => answer.status !== 200)).toEqual([]);
});
