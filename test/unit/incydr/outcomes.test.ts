import { describe, expect, test, vi } from "vitest";
import {
  createLimiter,
  type IncydrClient,
  OutcomeUnknownError,
  parseOrgGuid,
  type RepeatableWriteOptions,
} from "../../../src/incydr/index.ts";
import { steadyClock } from "../../../src/kernel/clock.ts";
import { createHandBucket } from "./hand-bucket.ts";
import { createManualClock, skipRetryWaits } from "./manual-clock.ts";
import { refusal, someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const someOrg = parseOrgGuid("6f1d3c2a-0000-4000-8000-000000000001");
const once = { repeatIfUnknown: false };
const problem = (words: string) => ({ json: { problem: words, description: null } });

describe("a change of state that was made before", () => {
  test.each([
    [400, ""],
    [400, "USER_"],
    [409, ""],
  ])("is a success if Incydr answers %i and %sALREADY_…", async (status, before) => {
    await using incydr = await startIncydr(({ target }) => ({
      status,
      ...problem(`${before}${target.endsWith("/deactivate") ? "ALREADY_DEACTIVATED" : "ALREADY_ACTIVE"}`),
    }));
    expect(await incydr.users.deactivate(someUser)).toEqual({ already: true });
    expect(await incydr.users.activate(someUser)).toEqual({ already: true });
    incydr.respond(() => ({}));
    expect(await incydr.users.deactivate(someUser)).toEqual({ already: false });
  });

  test.each([
    [400, "ALREADY_ACTIVE", "invalid"],
    [403, "USER_ALREADY_DEACTIVATED", "forbidden"],
    [422, "USER_ALREADY_DEACTIVATED", "invalid"],
    [500, "USER_ALREADY_DEACTIVATED", "outcome_unknown"],
  ])("isn't concluded from a %i with %s", async (status, words, code) => {
    await using incydr = await startIncydr(() => ({ status, ...problem(words) }));
    expect(await refusal(incydr.users.deactivate(someUser))).toMatchObject({ code, status });
  });
});

describe("a write that failed was not sent", () => {
  test("if nothing listens", async () => {
    const clock = createManualClock();
    const server = await startRecordingServer();
    await using client = openClient(server.url, { clock, hooks: skipRetryWaits(clock) });
    await client.users.listRoles().catch(() => undefined);
    await server[Symbol.asyncDispose]();
    const error = await refusal(client.users.deactivate(someUser));
    expect(error).toMatchObject({ code: "unavailable", sent: "no" });
  });

  test("if there was no token to send it with, also if the answer about the token was lost", async () => {
    await using incydr = await startIncydrWithClock();
    incydr.respondToTokens(() => "drop");
    const error = await refusal(incydr.users.deactivate(someUser));
    expect(error).toMatchObject({ code: "unavailable", sent: "no", path: "/v1/oauth" });
    expect(incydr.requests).toEqual([]);
  });

  test("if its caller gave it up, or its deadline passed, in the queue", async () => {
    const { bucket, put } = createHandBucket(steadyClock);
    await using incydr = await startIncydr(undefined, {
      limiter: createLimiter({ bucket, clock: steadyClock }),
    });
    // For the request of the access token.
    put(1);
    await incydr.users.listRoles({ deadlineMs: 30 }).catch(() => undefined);
    const giveUp = new AbortController();
    const call = refusal(incydr.users.deactivate(someUser, { signal: giveUp.signal }));
    await vi.waitFor(() => expect(incydr.limiter.read().waiting.interactive).toBe(1));
    giveUp.abort();
    expect(await call).toMatchObject({ code: "aborted", sent: "no" });
    const late = await refusal(incydr.users.deactivate(someUser, { deadlineMs: 20 }));
    expect(late).toMatchObject({ code: "timed_out", sent: "no" });
    expect(incydr.lines()).toEqual([]);
  });
});

describe("the outcome of a write", () => {
  test.each<[string, Reply, object]>([
    ["known after a 403, which refuses it", { status: 403 }, { code: "forbidden", sent: "yes" }],
    ["unknown after a dropped connection", "drop", { sent: "unknown", status: null }],
    ...[500, 502, 503, 504].map((status): [string, Reply, object] => [
      `unknown after a ${status}`,
      { status },
      { sent: "yes", status },
    ]),
    ["unknown after a proxy's own page with 200", { text: "<html>Sign in</html>" }, { sent: "yes" }],
  ])("is %s", async (title, reply, expected) => {
    await using incydr = await startIncydr(() => reply);
    const error = await refusal(incydr.users.deactivate(someUser, once));
    const isUnknown = title.startsWith("unknown");
    expect(error).toMatchObject({ ...(isUnknown && { code: "outcome_unknown" }), ...expected });
    expect(error instanceof OutcomeUnknownError).toBe(isUnknown);
    expect(incydr.requests).toHaveLength(1);
  });

  test("is unknown if there was no answer in time, which is 30 seconds unless the client says otherwise", async () => {
    const clock = createManualClock();
    const asked = Promise.withResolvers<void>();
    const hang = () => {
      asked.resolve();
      return "hang" as const;
    };
    await using incydr = await startIncydr(hang, { clock });
    const call = refusal(incydr.users.deactivate(someUser, once));
    await asked.promise;
    expect(clock.sleeping()).toContain(30_000);
    await clock.advance(30_000);
    const expected = { code: "outcome_unknown", sent: "unknown", cause: { code: "timed_out" } };
    expect(await call).toMatchObject(expected);
    await using impatient = await startIncydr(
      () => {
        setImmediate(() => clock.advance(50));
        return "hang";
      },
      { clock, timeoutMs: 50 },
    );
    expect(await refusal(impatient.users.deactivate(someUser, once))).toMatchObject(expected);
  });

  test("is unknown if the caller gave up while it was on its way", async () => {
    const giveUp = new AbortController();
    await using incydr = await startIncydr(() => {
      giveUp.abort();
      return "hang";
    });
    const error = await refusal(incydr.users.deactivate(someUser, { signal: giveUp.signal }));
    expect(error).toMatchObject({ code: "outcome_unknown", sent: "unknown", cause: { code: "aborted" } });
  });

  type Write = (client: IncydrClient, options?: RepeatableWriteOptions) => Promise<unknown>;
  test.each<[string, Write]>([
    ["activate", ({ users }, options) => users.activate(someUser, options)],
    ["deactivate", ({ users }, options) => users.deactivate(someUser, options)],
    ["move", ({ users }, options) => users.move(someUser, someOrg, options)],
  ])("is unknown after a lost answer, and %s is repeated only if the caller lets it be", async (_, write) => {
    await using incydr = await startIncydrWithClock((_request, nth) => (nth === 1 ? "drop" : {}));
    expect(await refusal(write(incydr, once))).toMatchObject({ code: "outcome_unknown" });
    expect(incydr.requests).toHaveLength(1);
    incydr.requests.length = 0;
    await write(incydr);
    expect(incydr.requests).toHaveLength(2);
  });

  test("is unknown after a lost answer to a replacement of roles, which is never repeated", async () => {
    await using incydr = await startIncydrWithClock(({ method }) =>
      method === "PUT" ? "drop" : { json: { roles: [{ roleId: "a" }, { roleId: "b" }] } },
    );
    const error = await refusal(incydr.users.removeRoles(someUser, "a"));
    expect(error).toMatchObject({ code: "outcome_unknown" });
    expect(incydr.lines().filter((line) => line.startsWith("PUT"))).toHaveLength(1);
  });
});

describe("after a lost answer the outcome", () => {
  const words = { problem: "NO", description: null };
  const rateLimit: Reply = { status: 429, headers: { "Retry-After": "3" } };
  const forbidden = { code: "outcome_unknown", cause: { code: "forbidden" } };
  test.each<[string, "move" | "deactivate", Reply[], object]>([
    [
      "is known by a legal hold",
      "deactivate",
      [{ status: 400, text: "ACTIVE_LEGAL_HOLD" }],
      { code: "legal_hold" },
    ],
    ["is known by Incydr's 404", "deactivate", [{ status: 404, json: words }], { code: "not_found" }],
    [
      "is known by Incydr's 422",
      "deactivate",
      [{ status: 422, json: [{ name: "NO" }] }],
      { code: "invalid" },
    ],
    [
      "is known by Incydr's 400 to a move",
      "move",
      [{ status: 400, json: [{ name: "SYSTEM" }] }],
      { code: "invalid" },
    ],
    [
      "stays unknown by a 400 to a deactivation, which may mean that it was made before",
      "deactivate",
      [{ status: 400, json: words }],
      { code: "outcome_unknown" },
    ],
    [
      "stays unknown by a 409, which may mean that it was made before",
      "move",
      [{ status: 409, json: words }],
      { code: "outcome_unknown" },
    ],
    ["stays unknown by a 403", "deactivate", [{ status: 403 }], forbidden],
    [
      "stays unknown by a 404 of a proxy",
      "move",
      [{ status: 404, text: "404" }],
      { code: "outcome_unknown" },
    ],
    [
      "stays unknown by a 400 of a proxy",
      "move",
      [{ status: 400, text: "<h1>400</h1>" }],
      { code: "outcome_unknown" },
    ],
    ["stays unknown by a 401 before a 403", "deactivate", [{ status: 401 }, { status: 403 }], forbidden],
    ["stays unknown by a 429 before a 403", "deactivate", [rateLimit, { status: 403 }], forbidden],
  ])("%s in answer to the repetition", async (_, method, replies, expected) => {
    await using incydr = await startIncydrWithClock(
      (_request, nth) => ["drop", ...replies][nth - 1] as Reply,
    );
    const call = method === "move" ? incydr.users.move(someUser, someOrg) : incydr.users.deactivate(someUser);
    expect(await refusal(call)).toMatchObject(expected);
    expect(incydr.requests).toHaveLength(1 + replies.length);
  });
});
