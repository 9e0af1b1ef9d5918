import { expect, test } from "vitest";
import {
  createLimiter,
  createLocalSlots,
  IncydrError,
  type Lane,
  type SlotSource,
} from "../../../src/incydr/index.ts";
import { openSlot } from "../../../src/incydr/rate-limit/open-slot.ts";
import { createManualClock, settled, skipRetryWaits } from "./manual-clock.ts";
import { someUser, startIncydr } from "./recorded-incydr.ts";
import { openClient, startRecordingServer, testSecret } from "./recording-server.ts";

const user = { json: { userId: someUser } };

test("the token is asked for with Basic, and later requests carry it", async () => {
  await using incydr = await startIncydr(() => user);
  await incydr.users.getUser(someUser);
  const [request] = incydr.tokenRequests;
  expect(`${request?.method} ${request?.target}`).toBe("POST /v1/oauth?grant_type=client_credentials");
  expect(request?.headers.authorization).toBe(`Basic ${btoa(`key-test:${testSecret}`)}`);
  expect(incydr.requests[0]?.headers.authorization).toBe("Bearer incydr-token-1");
});

test("one request fetches the token for however many callers wait", async () => {
  await using incydr = await startIncydr(() => user);
  await Promise.all(Array.from({ length: 50 }, () => incydr.users.getUser(someUser)));
  expect(incydr.tokenRequests).toHaveLength(1);
  expect(incydr.requests).toHaveLength(50);
});

test("a token is renewed before it expires, while the old one is still in use", async () => {
  const clock = createManualClock();
  await using incydr = await startIncydr(() => user, { clock });
  await incydr.users.getUser(someUser);
  await clock.advance(820_000);
  await incydr.users.getUser(someUser);
  await expect.poll(() => incydr.tokenRequests.length).toBe(2);
  await incydr.users.getUser(someUser);
  expect(incydr.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer incydr-token-1",
    "Bearer incydr-token-1",
    "Bearer incydr-token-2",
  ]);
});

test("a token is not used in its last 30 seconds, for the server's clock may be ahead", async () => {
  const clock = createManualClock();
  await using incydr = await startIncydr(() => user, { clock });
  await incydr.users.getUser(someUser);
  await clock.advance(871_000);
  await incydr.users.getUser(someUser);
  expect(incydr.requests[1]?.headers.authorization).toBe("Bearer incydr-token-2");
});

test("after a 401 a request is sent once again with a new token", async () => {
  await using incydr = await startIncydr((_, nth) => (nth === 1 ? { status: 401 } : user));
  expect(await incydr.users.getUser(someUser)).toMatchObject({ userId: someUser });
  expect(incydr.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer incydr-token-1",
    "Bearer incydr-token-2",
  ]);
});

test("a call that a 401 sends back to wait goes before those who came after it", async () => {
  const ready: (() => void)[] = [];
  const slots: SlotSource = {
    requestsPerMinute: 60,
    next: () => new Promise((resolve) => ready.push(() => resolve(openSlot({}).slot))),
    close: async () => undefined,
  };
  const limiter = createLimiter({ slots, clock: createManualClock() });
  await using incydr = await startIncydr(
    ({ target }, nth) => (nth === 1 ? { status: 401 } : { json: { userId: target.split("/").at(-1) } }),
    { limiter },
  );
  const grantOnceWaiting = async (lane: Lane, count: number) => {
    await expect.poll(() => limiter.read().waiting[lane]).toBe(count);
    await expect.poll(() => ready.length).toBe(1);
    ready.pop()?.();
  };
  const calls = ["first", "second", "third"].map((id) => incydr.users.getUser(id));
  await grantOnceWaiting("emergency", 1);
  await grantOnceWaiting("interactive", 3);
  await grantOnceWaiting("emergency", 1);
  for (const waiting of [3, 2, 1]) await grantOnceWaiting("interactive", waiting);
  await Promise.all(calls);
  expect(incydr.lines().map((line) => line.split("/").at(-1))).toEqual(["first", "first", "second", "third"]);
});

test("a second 401 is `unauthorized`, and twenty refused callers ask for few tokens", async () => {
  await using incydr = await startIncydr(() => ({ status: 401 }));
  const calls = Array.from({ length: 20 }, () => incydr.users.deactivate(someUser));
  for (const result of await Promise.allSettled(calls)) {
    expect(result).toMatchObject({
      status: "rejected",
      reason: { code: "unauthorized", status: 401, sent: "yes" },
    });
  }
  expect(incydr.requests).toHaveLength(40);
  expect(incydr.tokenRequests.length).toBeLessThanOrEqual(3);
});

test("refused credentials are `unauthorized`, and the call was provably not sent", async () => {
  await using server = await startRecordingServer(() => user);
  server.respondToTokens(() => ({ status: 400, json: { error: "invalid_client" } }));
  await using client = openClient(server.url);
  const error = await client.users.deactivate(someUser).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "unauthorized",
    sent: "no",
    serverWords: "invalid_client",
    path: "/v1/oauth",
  });
  expect(server.requests).toHaveLength(0);
});

test("a token endpoint that fails for a while is asked again; nobody is sent without a token", async () => {
  await using server = await startRecordingServer(() => user);
  const clock = createManualClock();
  server.respondToTokens((_, nth) => {
    if (nth === 1) return { status: 503 };
    if (nth === 2) return "drop";
    if (nth === 3) return { status: 429, headers: { "Retry-After": "20" } };
    return { json: { access_token: "late-token", expires_in: 900 } };
  });
  await using client = openClient(server.url, { clock, hooks: skipRetryWaits(clock) });
  await client.users.activate(someUser);
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer late-token"]);
});

test.each([
  ["HTML", { text: "<html><title>Sign in</title></html>" }],
  ["nothing", { text: "" }],
  ["a token no header can carry", { json: { access_token: "a\r\nb", expires_in: 900 } }],
])("a token endpoint that answers with %s is `unexpected_answer`", async (_, reply) => {
  await using server = await startRecordingServer(() => user);
  server.respondToTokens(() => reply);
  await using client = openClient(server.url);
  await expect(client.users.getUser(someUser)).rejects.toMatchObject({
    code: "unexpected_answer",
    sent: "no",
  });
});

test.each<[string, unknown, number]>([
  ["a number", 900, 900],
  ["text", "900", 900],
  ["text with a fraction", "900.0", 900],
  ["missing", undefined, 900],
  ["null", null, 900],
  ["a word", "soon", 900],
  ["zero", 0, 900],
  ["negative", -5, 900],
  ["an object", {}, 900],
  ["too short to use", 0.001, 10],
  ["absurdly long", 1e15, 86_400],
])("a token's life may be %s: %j is %i seconds", async (_, expires_in, seconds) => {
  await using server = await startRecordingServer(() => user);
  server.respondToTokens((_request, nth) => ({ json: { access_token: `incydr-token-${nth}`, expires_in } }));
  const clock = createManualClock();
  await using client = openClient(server.url, { clock });
  await client.users.getUser(someUser);
  // A tenth of its life, at most 30 seconds, is left unused, and the fifth before that renews it.
  const skew = Math.min(30, seconds * 0.1);
  const renewal = Math.min(60, seconds * 0.2);
  await clock.advance((seconds - skew - renewal) * 1000 - 1);
  await client.users.getUser(someUser);
  await settled();
  expect(server.tokenRequests).toHaveLength(1);
  await clock.advance(renewal * 1000 + 1);
  await client.users.getUser(someUser);
  expect(server.requests.at(-1)?.headers.authorization).toBe("Bearer incydr-token-2");
});

test("the token is asked for before the other emergencies that wait", async () => {
  const order: string[] = [];
  const clock = createManualClock();
  const slots = createLocalSlots({ requestsPerMinute: Number.POSITIVE_INFINITY });
  const limiter = createLimiter({ slots, clock });
  const hooks = { onRequest: ({ path }: { path: string }) => void order.push(path) };
  await using incydr = await startIncydr(() => user, { clock, limiter, hooks });
  await incydr.users.getUser(someUser);
  await clock.advance(871_000);
  limiter.pause(1000);
  const others = [1, 2, 3].map(() => limiter.acquire({ lane: "emergency" }).then(() => order.push("other")));
  const call = incydr.users.getUser(someUser, { lane: "emergency" });
  order.length = 0;
  await settled();
  await clock.advance(1000);
  await Promise.all([call, ...others]);
  // It has the first slot, and the request itself comes a few steps later.
  expect(order.indexOf("/v1/oauth")).toBeLessThanOrEqual(1);
});

test("a caller that gives up doesn't take the token from the others who wait for it", async () => {
  await using server = await startRecordingServer(() => user);
  const asked = Promise.withResolvers<void>();
  const granted = Promise.withResolvers<void>();
  server.respondToTokens(async () => {
    asked.resolve();
    await granted.promise;
    return { json: { access_token: "slow-token", expires_in: 900 } };
  });
  await using client = openClient(server.url);
  const giveUp = new AbortController();
  const first = client.users.getUser(someUser, { signal: giveUp.signal });
  const second = client.users.getUser(someUser);
  await asked.promise;
  giveUp.abort();
  await expect(first).rejects.toMatchObject({ code: "aborted", sent: "no" });
  granted.resolve();
  expect(await second).toMatchObject({ userId: someUser });
  expect(server.tokenRequests).toHaveLength(1);
  expect(await first.catch((thrown: unknown) => thrown)).toBeInstanceOf(IncydrError);
});
