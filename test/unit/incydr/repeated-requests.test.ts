import { describe, expect, test } from "vitest";
import { parseOrgGuid } from "../../../src/incydr/index.ts";
import { createManualClock } from "./manual-clock.ts";
import { refusal, someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const user = { json: { userId: someUser } };
const rateLimit = (seconds: number) => ({ status: 429, headers: { "Retry-After": `${seconds}` } });

/** A client whose first request is answered with a 429 that asks for these seconds, and the moment it was told. */
async function startLimited(seconds: number) {
  const clock = createManualClock();
  const retried = Promise.withResolvers<number>();
  const hooks = { onRetry: ({ delayMs }: { delayMs: number }) => retried.resolve(delayMs) };
  const incydr = await startIncydr((_, nth) => (nth === 1 ? rateLimit(seconds) : user), { clock, hooks });
  return { ...incydr, clock, retried: retried.promise };
}

test("a request is repeated after the Retry-After of a 429, and all other calls wait as well", async () => {
  await using incydr = await startLimited(30);
  const first = incydr.users.deactivate(someUser);
  expect(await incydr.retried).toBe(30_000);
  const second = incydr.users.getUser(someUser, { lane: "emergency" });
  await incydr.clock.advance(29_999);
  expect(incydr.requests).toHaveLength(1);
  expect(incydr.limiter.read().pausedForMs).toBe(1);
  await incydr.clock.advance(1);
  expect(await Promise.all([first, second])).toMatchObject([{ already: false }, { userId: someUser }]);
  expect(incydr.requests).toHaveLength(3);
});

test("a call waits for as long as a 429 says, while the others ask again after an hour", async () => {
  await using incydr = await startLimited(7200);
  const longCall = incydr.users.getUser(someUser, { deadlineMs: 10_000_000 });
  await incydr.retried;
  expect(incydr.limiter.read().pausedForMs).toBe(3_600_000);
  await incydr.clock.advance(3_600_000);
  await incydr.users.getUser(someUser);
  await incydr.clock.advance(3_599_999);
  expect(incydr.requests).toHaveLength(2);
  await incydr.clock.advance(1);
  await longCall;
  expect(incydr.requests).toHaveLength(3);
});

test("a 429 that asks for longer than its caller has fails at once, and still holds the others back", async () => {
  await using incydr = await startIncydr(() => rateLimit(120), { clock: createManualClock() });
  const error = await refusal(incydr.users.getUser(someUser));
  expect(error).toMatchObject({ code: "rate_limited", retryAfterMs: 120_000 });
  expect(incydr.requests).toHaveLength(1);
  expect(incydr.limiter.read().pausedForMs).toBe(120_000);
});

test("a reading and a move are repeated after 502, 503, 504 and a dropped connection", async () => {
  const replies: Reply[] = [{ status: 502 }, { status: 503 }, "drop", { status: 504 }];
  await using incydr = await startIncydrWithClock((_, nth) => replies[nth - 1] ?? user);
  expect(await incydr.users.getUser(someUser)).toMatchObject({ userId: someUser });
  expect(incydr.requests).toHaveLength(5);
  incydr.requests.length = 0;
  expect(await incydr.users.move(someUser, parseOrgGuid("org-1"))).toBeUndefined();
  expect(incydr.requests).toHaveLength(5);
});

test.each<[string, Reply]>([
  ["a 503", { status: 503 }],
  ["a dropped connection", "drop"],
])("a request that could be repeated only after its deadline fails at once after %s", async (_, reply) => {
  await using incydr = await startIncydr(() => reply, { clock: createManualClock() });
  await incydr.users.listRoles({ deadlineMs: 120 }).catch(() => undefined);
  incydr.requests.length = 0;
  const error = await refusal(incydr.users.getUser(someUser, { deadlineMs: 120 }));
  expect(error).toMatchObject({ code: "unavailable" });
  expect(incydr.requests).toHaveLength(1);
});

describe("no call hangs:", () => {
  test("each kind of call ends at its deadline", async () => {
    await using incydr = await startIncydr(() => "hang");
    const { users } = incydr;
    const options = { deadlineMs: 40 };
    const calls = [
      users.getUser(someUser, options),
      users.iterAll({}, options)[Symbol.asyncIterator]().next(),
      users.addRoles(someUser, "Desktop User", options),
      users.getUser(someUser, { signal: AbortSignal.timeout(30) }),
    ];
    for (const error of await Promise.all(calls.map(refusal)))
      expect(error).toMatchObject({ code: "timed_out" });
  });

  test("closing the client ends the calls under way and refuses later ones", async () => {
    const arrived = Promise.withResolvers<void>();
    await using server = await startRecordingServer(() => {
      arrived.resolve();
      return "hang";
    });
    const client = openClient(server.url);
    const call = refusal(client.users.getUser(someUser));
    await arrived.promise;
    await client.close();
    expect(await call).toMatchObject({ code: "aborted" });
    expect(await refusal(client.users.deactivate(someUser))).toMatchObject({ code: "aborted", sent: "no" });
  });
});
