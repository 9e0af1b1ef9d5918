import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { HttpAnswer, HttpLoss } from "../../../../src/incydr/http/http-exchange.ts";
import { decideRetry, type Effect, retryAfterMs } from "../../../../src/incydr/http/retry-policy.ts";

// Where local time is UTC, a date without a zone would be right by accident.
beforeAll(() => void vi.stubEnv("TZ", "America/New_York"));
afterAll(() => void vi.unstubAllEnvs());

const nowMs = Date.UTC(2026, 0, 1);

function answer(status: number, retryAfter?: string): HttpAnswer {
  const header = (name: string) => (name === "retry-after" ? (retryAfter ?? null) : null);
  return { kind: "answer", status, header, body: "" };
}

function loss(sent: HttpLoss["sent"], reason: HttpLoss["reason"] = "network"): HttpLoss {
  return { kind: "lost", sent, reason, detail: "ECONNRESET" };
}

function decide(outcome: HttpAnswer | HttpLoss, effect: Effect, attempt = 1, random = 0) {
  return decideRetry({ outcome, effect, attempt, nowMs, random });
}

describe("what is repeated", () => {
  test.each(["read", "repeatable", "once"] as const)(
    "429 is, for what is done as %s, and makes everyone wait",
    (effect) => {
      expect(decide(answer(429, "7"), effect)).toMatchObject({
        delayMs: 7000,
        appliesToAllCalls: true,
      });
      expect(decide(answer(429, "7"), effect, 99)).not.toBeNull();
    },
  );

  test.each([502, 503, 504])(
    "%i is where repeating is safe, and not where it may undo another's work",
    (status) => {
      expect(decide(answer(status), "read")).toMatchObject({ appliesToAllCalls: false });
      expect(decide(answer(status), "repeatable")).not.toBeNull();
      expect(decide(answer(status), "once")).toBeNull();
    },
  );

  test.each([200, 400, 401, 403, 404, 409, 500, 501])("%i never is", (status) => {
    expect(decide(answer(status), "read")).toBeNull();
  });

  test("a lost answer is where repeating is safe", () => {
    expect(decide(loss("unknown"), "read")).not.toBeNull();
    expect(decide(loss("unknown", "timed_out"), "repeatable")).not.toBeNull();
    expect(decide(loss("unknown"), "once")).toBeNull();
  });

  test("what was provably not sent is, whatever it does", () => {
    expect(decide(loss("no"), "once")).not.toBeNull();
  });

  test("nothing is that the caller gave up, or whose answer was too large", () => {
    expect(decide(loss("no", "aborted"), "read")).toBeNull();
    expect(decide(loss("unknown", "too_large"), "read")).toBeNull();
  });

  test("anything but a 429 is given up after four repetitions", () => {
    expect(decide(loss("no"), "read", 4)).not.toBeNull();
    expect(decide(loss("no"), "read", 5)).toBeNull();
  });
});

describe("how long it waits", () => {
  test("Retry-After is read as seconds and as a date", () => {
    expect(retryAfterMs(answer(429, "2.5"), nowMs)).toBe(2500);
    expect(retryAfterMs(answer(429, "Thu, 01 Jan 2026 00:00:30 GMT"), nowMs)).toBe(30_000);
    expect(retryAfterMs(answer(429, "Wed, 31 Dec 2025 00:00:00 GMT"), nowMs)).toBe(0);
    expect(retryAfterMs(answer(429, "soon"), nowMs)).toBeNull();
    expect(retryAfterMs(answer(429), nowMs)).toBeNull();
    for (const odd of ["soon 5", "-5", "5, 10", "1e3", "2026-13-01"]) {
      expect(retryAfterMs(answer(429, odd), nowMs)).toBeNull();
    }
  });

  test("a date is held against the answer's own, whatever our clock shows", () => {
    const headers: Record<string, string> = {
      "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT",
      date: "Thu, 01 Jan 2026 00:00:10 GMT",
    };
    const dated = { ...answer(429), header: (name: string) => headers[name] ?? null };
    expect(retryAfterMs(dated, nowMs + 3_600_000)).toBe(20_000);
  });

  test("a 503's Retry-After is kept to as well, with jitter", () => {
    expect(decide(answer(503, "10"), "read", 1, 0)).toMatchObject({
      delayMs: 10_000,
      appliesToAllCalls: false,
    });
    expect(decide(answer(503, "10"), "read", 1, 0.5)).toMatchObject({ delayMs: 10_500 });
  });

  test("a Retry-After is obeyed as long as it says, and of years for as long as a timer can last", () => {
    expect(retryAfterMs(answer(429, "86400"), nowMs)).toBe(86_400_000);
    expect(retryAfterMs(answer(429, "Fri, 02 Jan 2026 00:00:00 GMT"), nowMs)).toBe(86_400_000);
    for (const absurd of ["999999999", "9".repeat(400), "Fri, 02 Jan 2099 00:00:00 GMT"]) {
      expect(retryAfterMs(answer(429, absurd), nowMs)).toBe(2 ** 31 - 1);
    }
  });

  test("fractions of a second and dates without a zone, which are UTC, are read too", () => {
    expect(retryAfterMs(answer(429, ".5"), nowMs)).toBe(500);
    expect(retryAfterMs(answer(429, "1."), nowMs)).toBe(1000);
    expect(retryAfterMs(answer(429, "Thu Jan  1 00:00:30 2026"), nowMs)).toBe(30_000);
    expect(retryAfterMs(answer(429, "Thursday, 01-Jan-26 00:00:30 GMT"), nowMs)).toBe(30_000);
  });

  test("jitter only adds to what the server asks for", () => {
    expect(decide(answer(429, "10"), "read", 1, 0)).toMatchObject({ delayMs: 10_000 });
    expect(decide(answer(429, "10"), "read", 1, 0.5)).toMatchObject({ delayMs: 10_500 });
  });

  test("a Retry-After of nothing still waits a little, longer each time", () => {
    expect(decide(answer(429, "0"), "read", 1)).toMatchObject({ delayMs: 50 });
    expect(decide(answer(429, "0"), "read", 4)).toMatchObject({ delayMs: 400 });
  });

  test("without the server's timing the waits double, jittered, up to 10 seconds", () => {
    expect(decide(answer(503), "read", 1, 0)).toMatchObject({ delayMs: 125 });
    expect(decide(answer(503), "read", 3, 0.5)).toMatchObject({ delayMs: 750 });
    expect(decide(answer(429), "read", 20, 0.999)).toMatchObject({ delayMs: expect.closeTo(10_000, -2) });
  });
});
