import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { FaultInput } from "../../sandbox/incydr/control/faults.ts";
import { callerOf, NADIA, startSimulator } from "./incydr-simulator-caller.ts";

describe("a fault", () => {
  const patterns: [string, string, boolean][] = [
    ["**", "GET /v1/orgs", true],
    ["/v1/orgs", "GET /v1/orgs", true],
    ["/v1/orgs", "GET /v1/users", false],
    ["GET /v1/orgs", "GET /v1/orgs", true],
    ["POST /v1/orgs", "GET /v1/orgs", false],
    ["* /v1/users/**", "GET /v1/users/roles", true],
    ["GET /v1/users/*", "GET /v1/users/roles", true],
    ["GET /v1/users/*", "GET /v1/users/roles/desktop-user", false],
    ["GET /v1/users/**", "GET /v1/users/roles/desktop-user", true],
    ["GET /v1/org.", "GET /v1/orgs", false],
  ];
  test.each(patterns)("on %s strikes the request %s: %s", async (on, request, expected) => {
    await using simulator = await startSimulator();
    simulator.control.addFault({ kind: "status", status: 503, on });
    const answer = await simulator.get(request.split(" ")[1] ?? "");
    expect(answer.status === 503).toBe(expected);
  });

  test("strikes as often as its times, skip and every say", async () => {
    await using simulator = await startSimulator();
    const fault = simulator.control.addFault({ kind: "status", status: 503, skip: 1, every: 2, times: 2 });
    const statuses: number[] = [];
    for (let request = 0; request < 8; request += 1) {
      statuses.push((await simulator.get("/v1/users/roles")).status);
    }
    expect(statuses).toEqual([200, 200, 503, 200, 503, 200, 200, 200]);
    expect(fault.struck).toBe(2);
  });

  test("strikes until it is removed, and the request log names it", async () => {
    await using simulator = await startSimulator();
    const fault = simulator.control.addFault({ kind: "status", status: 503 });
    await simulator.get("/v1/orgs");
    fault.remove();
    await simulator.get("/v1/orgs");
    expect(simulator.requestLog().slice(-2)).toMatchObject([
      { status: 503, fault: "status" },
      { status: 200, fault: null },
    ]);
  });

  test("of latency adds to any other fault, and of the others the first one strikes", async () => {
    await using simulator = await startSimulator();
    simulator.control.addFault({ kind: "latency", ms: 30 });
    simulator.control.addFault({ kind: "latency", ms: 30, on: "GET /v1/orgs" });
    simulator.control.addFault({ kind: "status", status: 502, times: 1 });
    const second = simulator.control.addFault({ kind: "status", status: 503, times: 1 });
    const startedAt = performance.now();
    expect((await simulator.get("/v1/orgs")).status).toBe(502);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(55);
    expect(second.struck).toBe(0);
    expect((await simulator.get("/v1/orgs")).status).toBe(503);
  });

  test("is refused at once if it is malformed", async () => {
    await using simulator = await startSimulator();
    expect(() => simulator.control.addFault({ kind: "drop", on: "v1/users" })).toThrow(/request pattern/);
    expect(() => simulator.control.addFault({ kind: "status", status: 99 })).toThrow();
    expect(() => simulator.control.addFault({ kind: "drop", times: 0 })).toThrow();
  });

  test("strikes the token endpoint as well, and not the control", async () => {
    await using simulator = await startSimulator();
    simulator.control.addFault({ kind: "status", status: 503 });
    await expect(callerOf(simulator)).resolves.toBeDefined();
    expect(simulator.requestLog().at(-1)).toMatchObject({ path: "/v1/oauth", status: 503 });
    expect((await fetch(`${simulator.url}/_control/faults`)).status).toBe(200);
  });
});

describe("an answer in place of the endpoint's", () => {
  test("of 429 carries Retry-After in seconds, as a date, or not at all", async () => {
    await using simulator = await startSimulator();
    const on = "GET /v1/orgs";
    simulator.control.addFault({ kind: "too_many_requests", retryAfterSeconds: 7, times: 1, on });
    simulator.control.addFault({ kind: "too_many_requests", retryAfterForm: "date", times: 1, on });
    simulator.control.addFault({ kind: "too_many_requests", retryAfterSeconds: null, times: 1, on });
    const askedMs = Date.now();
    const [seconds, date, none] = [
      await simulator.get("/v1/orgs"),
      await simulator.get("/v1/orgs"),
      await simulator.get("/v1/orgs"),
    ];
    expect([seconds.status, date.status, none.status]).toEqual([429, 429, 429]);
    expect(seconds.headers.get("retry-after")).toBe("7");
    expect(Date.parse(date.headers.get("retry-after") ?? "")).toBeGreaterThan(askedMs - 1000);
    expect(none.headers.get("retry-after")).toBeNull();
    expect((await simulator.get("/v1/orgs")).status).toBe(200);
  });

  const shapes: [FaultInput & { kind: "status" }, string | null, RegExp][] = [
    [{ kind: "status", status: 502, body: "problem" }, "application/json", /^\{"problem":"SIMULATED"/],
    [{ kind: "status", status: 503, body: "array" }, "application/json", /^\[\{"name":"SIMULATED"/],
    [{ kind: "status", status: 504, body: "html" }, "text/html", /^<html>/],
    [{ kind: "status", status: 500, body: "text" }, "text/plain", /^SIMULATED: /],
    [{ kind: "status", status: 500, body: "empty" }, null, /^$/],
    [{ kind: "status", status: 200, body: "html" }, "text/html", /^<html>/],
  ];
  test.each(shapes)(
    "has the status and the shape that the fault names: %j",
    async (fault, contentType, body) => {
      await using simulator = await startSimulator();
      simulator.control.addFault(fault);
      const answer = await simulator.get("/v1/users");
      expect(answer.status).toBe(fault.status);
      expect(answer.headers.get("content-type")?.split(";")[0] ?? null).toBe(contentType);
      expect(answer.text).toMatch(body);
    },
  );

  test("before the effect keeps the write from happening, and one after it does not", async () => {
    await using simulator = await startSimulator();
    simulator.control.addFault({ kind: "status", status: 503, on: "POST /v1/users/**", times: 1 });
    expect((await simulator.deactivate(NADIA)).status).toBe(503);
    expect(simulator.tenant.stateOf(NADIA).active).toBe(true);
    simulator.control.addFault({
      kind: "status",
      status: 504,
      when: "after",
      on: "POST /v1/users/**",
      times: 1,
    });
    expect((await simulator.deactivate(NADIA)).status).toBe(504);
    expect(simulator.tenant.stateOf(NADIA).active).toBe(false);
    expect(simulator.writeLog()).toMatchObject([
      { seq: 1, applied: false, status: 503, before: { active: true }, after: { active: true } },
      { seq: 2, applied: true, status: 504, before: { active: true }, after: { active: false } },
    ]);
  });

  test("refuses legal holds that were made unreadable, and any other endpoint that was forbidden", async () => {
    await using simulator = await startSimulator();
    const { userId } = simulator.tenant.user(NADIA);
    const unreadable = simulator.control.makeLegalHoldUnreadable();
    simulator.control.forbid("GET /v1/agents");
    expect((await simulator.get(`/v1/legal-hold/custodians/${userId}`)).status).toBe(403);
    expect((await simulator.get("/v1/agents")).status).toBe(403);
    unreadable.remove();
    expect((await simulator.get(`/v1/legal-hold/custodians/${userId}`)).status).toBe(200);
  });
});

describe("broken connections", () => {
  test("a dropped connection has no effect and no answer", async () => {
    await using simulator = await startSimulator();
    simulator.control.addFault({ kind: "drop", times: 1 });
    await expect(simulator.deactivate(NADIA)).rejects.toThrow();
    expect(simulator.tenant.stateOf(NADIA).active).toBe(true);
    expect(simulator.writeLog()).toMatchObject([{ applied: false, status: null }]);
    expect(simulator.requestLog().at(-1)).toMatchObject({ status: null, fault: "drop" });
  });

  test("a lost answer leaves the write done", async () => {
    await using simulator = await startSimulator();
    simulator.control.loseAnswers();
    await expect(simulator.deactivate(NADIA)).rejects.toThrow();
    expect(simulator.tenant.stateOf(NADIA).active).toBe(false);
    expect(simulator.writeLog()).toMatchObject([{ applied: true, status: null }]);
    expect((await simulator.deactivate(NADIA)).status).toBe(200);
  });

  test("an answer that is cut short breaks off after its headers", async () => {
    await using simulator = await startSimulator();
    simulator.control.addFault({ kind: "cut_short", times: 2 });
    const response = await fetch(`${simulator.url}/v1/oauth`, { method: "POST" });
    expect(response.status).toBe(401);
    await expect(response.text()).rejects.toThrow();
    await expect(simulator.get("/v1/orgs")).rejects.toThrow();
    expect((await simulator.get("/v1/orgs")).status).toBe(200);
  });
});

describe("hangs", () => {
  test("a client that hangs up before a write was handled has changed nothing", async () => {
    await using simulator = await startSimulator();
    const fault = simulator.control.addFault({ kind: "hang", on: "POST /v1/users/**", times: 1 });
    const abort = new AbortController();
    const hanging = simulator.deactivate(NADIA, abort.signal);
    await Promise.all([
      expect(hanging).rejects.toThrow(),
      expect
        .poll(() => fault.struck)
        .toBe(1)
        .then(() => abort.abort()),
    ]);
    await expect.poll(() => simulator.writeLog()).toMatchObject([{ applied: false, status: null }]);
    expect(simulator.tenant.stateOf(NADIA).active).toBe(true);
  });

  test("a hang after the effect leaves the write done without an answer", async () => {
    await using simulator = await startSimulator();
    simulator.control.addFault({ kind: "hang", when: "after", on: "POST /v1/users/**", times: 1 });
    const abort = new AbortController();
    const hanging = simulator.deactivate(NADIA, abort.signal);
    await Promise.all([
      expect(hanging).rejects.toThrow(),
      expect
        .poll(() => simulator.writeLog())
        .toMatchObject([{ applied: true, status: null }])
        .then(() => abort.abort()),
    ]);
    expect(simulator.tenant.stateOf(NADIA).active).toBe(false);
  });

  test("closing does not wait for requests that hang, nor for idle connections", async () => {
    const simulator = await startSimulator();
    const idle = connect(Number(new URL(simulator.url).port), "127.0.0.1");
    simulator.control.addFault({ kind: "hang", on: "GET /v1/users" });
    const hold = simulator.control.hold("GET /v1/orgs");
    const outcomes = Promise.allSettled([simulator.get("/v1/users"), simulator.get("/v1/orgs")]);
    await hold.arrived;
    await simulator.close();
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
    idle.destroy();
  });
});
