import { expect, test } from "vitest";
import { IncydrError } from "../../../src/incydr/index.ts";
import { createManualClock, settled } from "./manual-clock.ts";
import { refusal, someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";
import { type RecordedRequest, type Reply, testSecret } from "./recording-server.ts";

const user = { json: { userId: someUser } };
const tokensOf = (requests: readonly RecordedRequest[]) =>
  requests.map(({ headers }) => headers.authorization?.replace("Bearer incydr-token-", ""));

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
  expect(tokensOf(incydr.requests)).toEqual(["1", "1", "2"]);
});

test("after a 401 a request is sent once again with a new token", async () => {
  await using incydr = await startIncydr((_, nth) => (nth === 1 ? { status: 401 } : user));
  expect(await incydr.users.getUser(someUser)).toMatchObject({ userId: someUser });
  expect(tokensOf(incydr.requests)).toEqual(["1", "2"]);
});

test("a second 401 is `unauthorized`, and twenty refused callers ask for few tokens", async () => {
  await using incydr = await startIncydr(() => ({ status: 401 }));
  const calls = Array.from({ length: 20 }, () => incydr.users.deactivate(someUser));
  for (const error of await Promise.all(calls.map(refusal)))
    expect(error).toMatchObject({ code: "unauthorized", status: 401, sent: "yes" });
  expect(incydr.requests).toHaveLength(40);
  expect(incydr.tokenRequests.length).toBeLessThanOrEqual(3);
});

test.each<[string, Reply, object]>([
  [
    "refuses the credentials is `unauthorized`",
    { status: 400, json: { error: "invalid_client" } },
    { code: "unauthorized", serverWords: "invalid_client", path: "/v1/oauth" },
  ],
  [
    "answers with HTML is `unexpected_answer`",
    { text: "<html><title>Sign in</title></html>" },
    { code: "unexpected_answer" },
  ],
  ["answers with nothing is `unexpected_answer`", { text: "" }, { code: "unexpected_answer" }],
  [
    "gives a token that no header can carry is `unexpected_answer`",
    { json: { access_token: "a\r\nb", expires_in: 900 } },
    { code: "unexpected_answer" },
  ],
])("a token endpoint that %s, and the call was provably not sent", async (_, reply, expected) => {
  await using incydr = await startIncydr(() => user);
  incydr.respondToTokens(() => reply);
  const error = await refusal(incydr.users.deactivate(someUser));
  expect(error).toMatchObject({ ...expected, sent: "no" });
  expect(incydr.requests).toEqual([]);
});

test("a token endpoint that fails for a while is asked again, and no request is sent without a token", async () => {
  await using incydr = await startIncydrWithClock(() => user);
  const failures: Reply[] = [{ status: 503 }, "drop", { status: 429, headers: { "Retry-After": "20" } }];
  const late: Reply = { json: { access_token: "late-token", expires_in: 900 } };
  incydr.respondToTokens((_, nth) => failures[nth - 1] ?? late);
  await incydr.users.activate(someUser);
  expect(incydr.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer late-token"]);
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
  const clock = createManualClock();
  await using incydr = await startIncydr(() => user, { clock });
  incydr.respondToTokens((_request, nth) => ({ json: { access_token: `incydr-token-${nth}`, expires_in } }));
  await incydr.users.getUser(someUser);
  // The last tenth of a token's life, at most 30 seconds, is not used. The fifth of its life before that renews it.
  const skew = Math.min(30, seconds * 0.1);
  const renewal = Math.min(60, seconds * 0.2);
  await clock.advance((seconds - skew - renewal) * 1000 - 1);
  await incydr.users.getUser(someUser);
  await settled();
  expect(incydr.tokenRequests).toHaveLength(1);
  await clock.advance(renewal * 1000 + 1);
  await incydr.users.getUser(someUser);
  expect(tokensOf(incydr.requests).at(-1)).toBe("2");
});

test("a caller that gives up doesn't take the token from the others who wait for it", async () => {
  await using incydr = await startIncydr(() => user);
  const asked = Promise.withResolvers<void>();
  const granted = Promise.withResolvers<void>();
  incydr.respondToTokens(async () => {
    asked.resolve();
    await granted.promise;
    return { json: { access_token: "slow-token", expires_in: 900 } };
  });
  const giveUp = new AbortController();
  const first = refusal(incydr.users.getUser(someUser, { signal: giveUp.signal }));
  const second = incydr.users.getUser(someUser);
  await asked.promise;
  giveUp.abort();
  expect(await first).toMatchObject({ code: "aborted", sent: "no" });
  expect(await first).toBeInstanceOf(IncydrError);
  granted.resolve();
  expect(await second).toMatchObject({ userId: someUser });
  expect(incydr.tokenRequests).toHaveLength(1);
});
