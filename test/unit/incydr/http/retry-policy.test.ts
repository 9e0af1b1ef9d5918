import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { HttpAnswer, HttpLoss } from "../../../../src/incydr/http/http-exchange.ts";
import { decideRetry, type Effect, retryAfterMs } from "../../../../src/incydr/http/retry-policy.ts";

// The local time must not be UTC. Otherwise a date without a zone would be right by accident.
beforeAll(() => void vi.stubEnv("TZ", "America/New_York"));
afterAll(() => void vi.unstubAllEnvs());

const nowMs = Date.UTC(2026, 0, 1);

function answer(status: number, retryAfter: string | null = null, date: string | null = null): HttpAnswer {
  const headers: Record<string, string | null> = { "retry-after": retryAfter, date };
  return { kind: "answer", status, header: (name) => headers[name] ?? null, body: "" };
}

function loss(sent: HttpLoss["sent"], reason: HttpLoss["reason"] = "network"): HttpLoss {
  return { kind: "lost", sent, reason, detail: "ECONNRESET" };
}

function decide(outcome: HttpAnswer | HttpLoss, effect: Effect, attempt = 1, random = 0) {
  return decideRetry({ outcome, effect, attempt, nowMs, random });
}

const all = ["read", "repeatable", "once"] as const;
test.each<[string, HttpAnswer | HttpLoss, readonly Effect[], number]>([
  ["a 429", answer(429, "7"), all, 1],
  ["a 429 after a hundred sendings", answer(429, "7"), all, 100],
  ...[502, 503, 504].map((status): [string, HttpAnswer, readonly Effect[], number] => [
    `a ${status}`,
    answer(status),
    ["read", "repeatable"],
    1,
  ]),
  ...[200, 400, 401, 403, 404, 409, 500, 501].map(
    (status): [string, HttpAnswer, readonly Effect[], number] => [`a ${status}`, answer(status), [], 1],
  ),
  ["a lost answer", loss("unknown"), ["read", "repeatable"], 1],
  ["an answer that didn't come in time", loss("unknown", "timed_out"), ["read", "repeatable"], 1],
  ["a sending that provably failed", loss("no"), all, 1],
  ["the fourth repetition", loss("no"), all, 4],
  ["the fifth repetition", loss("no"), [], 5],
  ["its caller's giving up", loss("no", "aborted"), [], 1],
  ["an answer that was too large", loss("unknown", "too_large"), [], 1],
])("after %s a request is repeated only if its effect allows it", (_, outcome, repeated, attempt) => {
  expect(all.filter((effect) => decide(outcome, effect, attempt))).toEqual(repeated);
});

test("the delay after a 429 is one for all calls, and after another outcome for this call alone", () => {
  expect(decide(answer(429, "7"), "read")).toMatchObject({ delayMs: 7000, appliesToAllCalls: true });
  for (const outcome of [answer(503), loss("unknown")])
    expect(decide(outcome, "read")).toMatchObject({ appliesToAllCalls: false });
});

test.each([
  ["2.5", 2500],
  [".5", 500],
  ["1.", 1000],
  ["86400", 86_400_000],
  ["999999999", 2 ** 31 - 1],
  ["9".repeat(400), 2 ** 31 - 1],
  ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
  ["Thu Jan  1 00:00:30 2026", 30_000],
  ["Thursday, 01-Jan-26 00:00:30 GMT", 30_000],
  ["Fri, 02 Jan 2026 00:00:00 GMT", 86_400_000],
  ["Fri, 02 Jan 2099 00:00:00 GMT", 2 ** 31 - 1],
  ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ...[null, "soon", "soon 5", "-5", "5, 10", "1e3", "2026-13-01"].map((odd): [string | null, null] => [
    odd,
    null,
  ]),
])(
  "Retry-After is read as seconds or as a date, in UTC if it has no zone: %s is %s ms",
  (header, expected) => {
    expect(retryAfterMs(answer(429, header), nowMs)).toBe(expected);
  },
);

test("the date of a Retry-After is compared with the date of the answer, whatever this machine's clock shows", () => {
  const dated = answer(429, "Thu, 01 Jan 2026 00:00:30 GMT", "Thu, 01 Jan 2026 00:00:10 GMT");
  expect(retryAfterMs(dated, nowMs + 3_600_000)).toBe(20_000);
});

test.each([429, 503])("jitter only adds to the delay that a %i asks for", (status) => {
  expect(decide(answer(status, "10"), "read", 1, 0)).toMatchObject({ delayMs: 10_000 });
  expect(decide(answer(status, "10"), "read", 1, 0.5)).toMatchObject({ delayMs: 10_500 });
});

test("after a Retry-After of zero a request waits a little, and longer each time", () => {
  expect(decide(answer(429, "0"), "read", 1)).toMatchObject({ delayMs: 50 });
  expect(decide(answer(429, "0"), "read", 4)).toMatchObject({ delayMs: 400 });
});

test("without a Retry-After the waits double, with jitter, up to 10 seconds", () => {
  expect(decide(answer(503), "read", 1, 0)).toMatchObject({ delayMs: 125 });
  expect(decide(answer(503), "read", 3, 0.5)).toMatchObject({ delayMs: 750 });
  expect(decide(answer(429), "read", 20, 0.999)).toMatchObject({ delayMs: expect.closeTo(10_000, -2) });
});
