import { createServer } from "node:net";
import { describe, expect, test, vi } from "vitest";
import {
  type IncydrClient,
  OutcomeUnknownError,
  parseOrgGuid,
  type RepeatableWriteOptions,
} from "../../../src/incydr/index.ts";
import { createManualClock, skipRetryWaits } from "./manual-clock.ts";
import { refusal, someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const someOrg = parseOrgGuid("6f1d3c2a-0000-4000-8000-000000000001");
const user = { json: { userId: someUser } };

/** A port of 127.0.0.1 on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

describe("a write that succeeded already", () => {
  const already = (words: string) => ({ status: 400, json: { problem: words, description: null } });

  test.each([
    [400, ""],
    [400, "USER_"],
    [409, ""],
  ])("is a success, whichever way Incydr says so: %i, %sALREADY_…", async (status, before) => {
    await using incydr = await startIncydr(({ target }) => ({
      ...already(`${before}${target.endsWith("/deactivate") ? "ALREADY_DEACTIVATED" : "ALREADY_ACTIVE"}`),
      status,
    }));
    expect(await incydr.users.deactivate(someUser)).toEqual({ already: true });
    expect(await incydr.users.activate(someUser)).toEqual({ already: true });
    incydr.respond(() => ({}));
    expect(await incydr.users.deactivate(someUser)).toEqual({ already: false });
  });

  test("is none if Incydr says the opposite", async () => {
    await using incydr = await startIncydr(() => already("ALREADY_ACTIVE"));
    expect(await refusal(incydr.users.deactivate(someUser))).toMatchObject({ code: "invalid" });
  });
});

describe("whether a failed write was sent", () => {
  test("`no`, if nobody listens", async () => {
    const clock = createManualClock();
    const server = await startRecordingServer();
    await using client = openClient(server.url, { clock, hooks: skipRetryWaits(clock) });
    await client.users.listRoles().catch(() => undefined);
    await server[Symbol.asyncDispose]();
    expect(await refusal(client.users.deactivate(someUser))).toMatchObject({
      code: "unavailable",
      sent: "no",
    });
  });

  test("`no`, if there was no token to send it with", async () => {
    const clock = createManualClock();
    const url = `http://127.0.0.1:${await closedPort()}`;
    await using client = openClient(url, { clock, hooks: skipRetryWaits(clock) });
    const error = await refusal(client.users.deactivate(someUser));
    expect(error).toMatchObject({ code: "unavailable", sent: "no", path: "/v1/oauth" });
  });

  test("`no`, if it was given up in the queue", async () => {
    await using incydr = await startIncydr(undefined, { requestsPerMinute: 1 });
    await incydr.users.listRoles({ deadlineMs: 30 }).catch(() => undefined);
    const giveUp = new AbortController();
    const call = refusal(incydr.users.deactivate(someUser, { signal: giveUp.signal }));
    await vi.waitFor(() => expect(incydr.limiter.read().waiting.interactive).toBe(1));
    giveUp.abort();
    expect(await call).toMatchObject({
      code: "aborted",
      sent: "no",
    });
    expect(await refusal(incydr.users.deactivate(someUser, { deadlineMs: 20 }))).toMatchObject({
      code: "timed_out",
      sent: "no",
    });
    expect(incydr.lines()).toEqual([]);
  });

  test("`no`, if the TLS handshake fails", async () => {
    const clock = createManualClock();
    const plain = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const address = plain.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await using client = openClient(`https://127.0.0.1:${port}`, { clock, hooks: skipRetryWaits(clock) });
    expect(await refusal(client.users.deactivate(someUser))).toMatchObject({
      code: "unavailable",
      sent: "no",
    });
    await new Promise((resolve) => plain.close(resolve));
  });

  test("`yes`, if Incydr refused it", async () => {
    await using incydr = await startIncydr(() => ({ status: 403 }));
    expect(await refusal(incydr.users.move(someUser, someOrg))).toMatchObject({
      code: "forbidden",
      sent: "yes",
    });
  });

  test("unknown, as OutcomeUnknownError, if the connection dropped or the time ran out", async () => {
    await using incydr = await startIncydrWithClock(() => "drop", { timeoutMs: 50 });
    const dropped = await refusal(incydr.users.deactivate(someUser, { repeatIfUnknown: false }));
    expect(dropped).toBeInstanceOf(OutcomeUnknownError);
    expect(dropped).toMatchObject({ code: "outcome_unknown", sent: "unknown", status: null });
    incydr.respond(() => {
      setImmediate(() => incydr.clock.advance(50));
      return "hang";
    });
    const silent = await refusal(incydr.users.deactivate(someUser, { repeatIfUnknown: false }));
    expect(silent).toMatchObject({ code: "outcome_unknown", sent: "unknown", cause: { code: "timed_out" } });
  });

  test.each<[string, (client: IncydrClient, options?: RepeatableWriteOptions) => Promise<unknown>]>([
    ["activate", ({ users }, options) => users.activate(someUser, options)],
    ["deactivate", ({ users }, options) => users.deactivate(someUser, options)],
    ["move", ({ users }, options) => users.move(someUser, someOrg, options)],
  ])("unknown, and %s is repeated only if the caller lets it be", async (_, write) => {
    await using incydr = await startIncydrWithClock((_request, nth) => (nth === 1 ? "drop" : {}));
    expect(await refusal(write(incydr, { repeatIfUnknown: false }))).toMatchObject({
      code: "outcome_unknown",
    });
    expect(incydr.requests).toHaveLength(1);
    incydr.requests.length = 0;
    await write(incydr);
    expect(incydr.requests).toHaveLength(2);
  });

  test("unknown, if the caller gave up while it was on its way", async () => {
    const giveUp = new AbortController();
    await using incydr = await startIncydr(() => {
      giveUp.abort();
      return "hang";
    });
    const error = await refusal(incydr.users.deactivate(someUser, { signal: giveUp.signal }));
    expect(error).toMatchObject({ code: "outcome_unknown", sent: "unknown", cause: { code: "aborted" } });
  });

  test.each([500, 502, 503, 504])("unknown, if the answer was a %i", async (status) => {
    await using incydr = await startIncydr(() => ({ status }));
    const error = await refusal(incydr.users.deactivate(someUser, { repeatIfUnknown: false }));
    expect(error).toMatchObject({ code: "outcome_unknown", sent: "yes", status });
    expect(incydr.requests).toHaveLength(1);
  });

  test("unknown, if a proxy answers 200 with its own page", async () => {
    await using incydr = await startIncydr(() => ({
      text: "<html>Sign in to the guest network</html>",
    }));
    expect(await refusal(incydr.users.activate(someUser))).toMatchObject({
      code: "outcome_unknown",
      sent: "yes",
    });
  });
});

describe("a request is repeated", () => {
  test("after Retry-After of a 429, with every other caller waiting too", async () => {
    const clock = createManualClock();
    const retried = Promise.withResolvers<number>();
    const hooks = { onRetry: ({ delayMs }: { delayMs: number }) => retried.resolve(delayMs) };
    await using incydr = await startIncydr(
      (_, nth) => (nth === 1 ? { status: 429, headers: { "Retry-After": "30" } } : user),
      { clock, hooks },
    );
    const first = incydr.users.deactivate(someUser);
    expect(await retried.promise).toBe(30_000);
    const second = incydr.users.getUser(someUser, { lane: "emergency" });
    await clock.advance(29_999);
    expect(incydr.requests).toHaveLength(1);
    expect(incydr.limiter.read().pausedForMs).toBe(1);
    await clock.advance(1);
    expect(await Promise.all([first, second])).toMatchObject([{ already: false }, { userId: someUser }]);
    expect(incydr.requests).toHaveLength(3);
  });

  test("after 502, 503, 504, a drop and a hang, where that does no harm", async () => {
    const replies: Reply[] = [{ status: 502 }, { status: 503 }, "drop", { status: 504 }];
    await using incydr = await startIncydrWithClock((_, nth) => replies[nth - 1] ?? user);
    expect(await incydr.users.getUser(someUser)).toMatchObject({ userId: someUser });
    expect(incydr.requests).toHaveLength(5);
    incydr.requests.length = 0;
    expect(await incydr.users.move(someUser, someOrg)).toBeUndefined();
    expect(incydr.requests).toHaveLength(5);
  });

  test("but a replacement of roles is not", async () => {
    await using incydr = await startIncydrWithClock(({ method }) =>
      method === "PUT" ? "drop" : { json: { roles: [{ roleId: "a" }, { roleId: "b" }] } },
    );
    expect(await refusal(incydr.users.removeRoles(someUser, "a"))).toMatchObject({ code: "outcome_unknown" });
    expect(incydr.lines().filter((line) => line.startsWith("PUT"))).toHaveLength(1);
  });

  test("and a refusal of the repetition ends the doubt, a lost one doesn't", async () => {
    await using incydr = await startIncydrWithClock((_, nth) =>
      nth === 1 ? "drop" : { status: 400, text: "ACTIVE_LEGAL_HOLD" },
    );
    expect(await refusal(incydr.users.deactivate(someUser))).toMatchObject({ code: "legal_hold" });
    incydr.requests.length = 0;
    incydr.respond((_, nth) => (nth === 1 ? "drop" : { status: 403 }));
    expect(await refusal(incydr.users.deactivate(someUser))).toMatchObject({
      code: "outcome_unknown",
      cause: { code: "forbidden" },
    });
  });

  const words = { problem: "NO", description: null };
  test.each<[string, "move" | "deactivate", Reply, string]>([
    ["404 in a known shape", "deactivate", { status: 404, json: words }, "not_found"],
    ["422 in a known shape", "deactivate", { status: 422, json: [{ name: "NO" }] }, "invalid"],
    ["400 in a known shape for a move", "move", { status: 400, json: [{ name: "SYSTEM" }] }, "invalid"],
    ["400, it may be done already", "deactivate", { status: 400, json: words }, "outcome_unknown"],
    ["409, it may be done already", "move", { status: 409, json: words }, "outcome_unknown"],
    ["404 of a proxy", "move", { status: 404, text: "<h1>404</h1>" }, "outcome_unknown"],
    ["400 of a proxy", "move", { status: 400, text: "<h1>Bad request</h1>" }, "outcome_unknown"],
  ])("what the repetition is refused with ends a doubt or not: %s", async (_, method, reply, code) => {
    await using incydr = await startIncydrWithClock((_request, nth) => (nth === 1 ? "drop" : reply));
    const call = method === "move" ? incydr.users.move(someUser, someOrg) : incydr.users.deactivate(someUser);
    expect(await refusal(call)).toMatchObject({ code });
  });

  test("a doubt outlasts a 401", async () => {
    const replies: Reply[] = ["drop", { status: 401 }, { status: 403 }];
    await using incydr = await startIncydrWithClock((_, nth) => replies[nth - 1] ?? {});
    expect(await refusal(incydr.users.deactivate(someUser))).toMatchObject({ code: "outcome_unknown" });
  });

  test.each([{ status: 503 }, "drop"] as Reply[])(
    "but not beyond the deadline: after %j it fails at once",
    async (reply) => {
      await using incydr = await startIncydr(() => reply, { clock: createManualClock() });
      await incydr.users.listRoles({ deadlineMs: 120 }).catch(() => undefined);
      incydr.requests.length = 0;
      const call = incydr.users.getUser(someUser, { deadlineMs: 120 });
      expect(await refusal(call)).toMatchObject({ code: "unavailable" });
      expect(incydr.requests).toHaveLength(1);
    },
  );

  test("a 429 that asks for longer than its caller has still holds the others back", async () => {
    const clock = createManualClock();
    await using incydr = await startIncydr(
      () => ({
        status: 429,
        headers: { "Retry-After": "120" },
      }),
      { clock },
    );
    await refusal(incydr.users.getUser(someUser));
    expect(incydr.limiter.read().pausedForMs).toBe(120_000);
  });

  test("a call waits for as long as a 429 says, while the others ask again after an hour", async () => {
    const clock = createManualClock();
    const retried = Promise.withResolvers<void>();
    const hooks = { onRetry: () => retried.resolve() };
    await using incydr = await startIncydr(
      (_, nth) => (nth === 1 ? { status: 429, headers: { "Retry-After": "7200" } } : user),
      { clock, hooks },
    );
    const longCall = incydr.users.getUser(someUser, { deadlineMs: 10_000_000 });
    await retried.promise;
    expect(incydr.limiter.read().pausedForMs).toBe(3_600_000);
    await clock.advance(3_600_000);
    await incydr.users.getUser(someUser);
    await clock.advance(3_599_999);
    expect(incydr.requests).toHaveLength(2);
    await clock.advance(1);
    await longCall;
    expect(incydr.requests).toHaveLength(3);
  });

  test("but never beyond the deadline: a Retry-After after it fails at once", async () => {
    await using incydr = await startIncydr(
      () => ({
        status: 429,
        headers: { "Retry-After": "120" },
      }),
      { clock: createManualClock() },
    );
    expect(await refusal(incydr.users.getUser(someUser))).toMatchObject({
      code: "rate_limited",
      retryAfterMs: 120_000,
    });
    expect(incydr.requests).toHaveLength(1);
  });
});

describe("no call hangs", () => {
  test.each(["users.getUser", "users.iterAll", "users.addRoles"])("%s ends at its deadline", async (name) => {
    await using incydr = await startIncydr(() => "hang");
    const options = { deadlineMs: 40 };
    const calls: Record<string, () => Promise<unknown>> = {
      "users.getUser": () => incydr.users.getUser(someUser, options),
      "users.iterAll": async () => await incydr.users.iterAll({}, options)[Symbol.asyncIterator]().next(),
      "users.addRoles": () => incydr.users.addRoles(someUser, "Desktop User", options),
    };
    expect(await refusal(calls[name]?.() ?? Promise.resolve())).toMatchObject({ code: "timed_out" });
  });

  test("closing ends what is under way and refuses what comes after", async () => {
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

  test("an AbortSignal.timeout of the caller is `timed_out`", async () => {
    await using incydr = await startIncydr(() => "hang");
    const call = incydr.users.getUser(someUser, { signal: AbortSignal.timeout(30) });
    expect(await refusal(call)).toMatchObject({ code: "timed_out" });
  });
});
