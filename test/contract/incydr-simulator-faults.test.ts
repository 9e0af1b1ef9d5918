import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { FaultInput } from "../../sandbox/incydr/control/faults.ts";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { callerOf } from "./incydr-simulator-caller.ts";

const NADIA = "nadia.petrov@harborlight.example";

async function start() {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null });
  const caller = await callerOf(simulator);
  const { userId } = simulator.tenant.user(NADIA);
  return {
    simulator,
    caller,
    control: simulator.control,
    deactivatePath: `/v1/users/${userId}/deactivate`,
    isActive: () => simulator.tenant.stateOf(NADIA).active,
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

describe("which requests a fault applies to", () => {
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
  test.each(patterns)("pattern %s, request %s: %s", async (on, request, expected) => {
    await using setup = await start();
    setup.control.addFault({ kind: "status", status: 503, on });
    const answer = await setup.caller.get(request.split(" ")[1] ?? "");
    expect(answer.status === 503).toBe(expected);
  });

  test("times, skip and every limit how often it applies", async () => {
    await using setup = await start();
    const fault = setup.control.addFault({ kind: "status", status: 503, skip: 1, every: 2, times: 2 });
    const statuses: number[] = [];
    for (let request = 0; request < 8; request += 1) {
      statuses.push((await setup.caller.get("/v1/users/roles")).status);
    }
    expect(statuses).toEqual([200, 200, 503, 200, 503, 200, 200, 200]);
    expect(fault.struck).toBe(2);
  });

  test("a fault applies until it is removed, and the request log names it", async () => {
    await using setup = await start();
    const fault = setup.control.addFault({ kind: "status", status: 503 });
    await setup.caller.get("/v1/orgs");
    fault.remove();
    await setup.caller.get("/v1/orgs");
    expect(setup.simulator.requestLog().slice(-2)).toMatchObject([
      { status: 503, fault: "status" },
      { status: 200, fault: null },
    ]);
  });

  test("latency adds to any other fault, and of the others the first one applies", async () => {
    await using setup = await start();
    setup.control.addFault({ kind: "latency", ms: 30 });
    setup.control.addFault({ kind: "latency", ms: 30, on: "GET /v1/orgs" });
    setup.control.addFault({ kind: "status", status: 502, times: 1 });
    const second = setup.control.addFault({ kind: "status", status: 503, times: 1 });
    const startedAt = performance.now();
    expect((await setup.caller.get("/v1/orgs")).status).toBe(502);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(55);
    expect(second.struck).toBe(0);
    expect((await setup.caller.get("/v1/orgs")).status).toBe(503);
  });

  test("a fault that is not well formed is refused at once", async () => {
    await using setup = await start();
    expect(() => setup.control.addFault({ kind: "drop", on: "v1/users" })).toThrow(/request pattern/);
    expect(() => setup.control.addFault({ kind: "status", status: 99 })).toThrow();
    expect(() => setup.control.addFault({ kind: "drop", times: 0 })).toThrow();
  });

  test("the token endpoint is struck as well, the control is not", async () => {
    await using setup = await start();
    setup.control.addFault({ kind: "status", status: 503 });
    await expect(callerOf(setup.simulator)).resolves.toBeDefined();
    expect(setup.simulator.requestLog().at(-1)).toMatchObject({ path: "/v1/oauth", status: 503 });
    expect((await fetch(`${setup.simulator.url}/_control/faults`)).status).toBe(200);
  });
});

describe("answers that are not the endpoint's", () => {
  test("429 carries Retry-After in seconds, as a date, or not at all", async () => {
    await using setup = await start();
    const on = "GET /v1/orgs";
    setup.control.addFault({ kind: "too_many_requests", retryAfterSeconds: 7, times: 1, on });
    setup.control.addFault({ kind: "too_many_requests", retryAfterForm: "date", times: 1, on });
    setup.control.addFault({ kind: "too_many_requests", retryAfterSeconds: null, times: 1, on });
    const askedMs = Date.now();
    const [seconds, date, none] = [
      await setup.caller.get("/v1/orgs"),
      await setup.caller.get("/v1/orgs"),
      await setup.caller.get("/v1/orgs"),
    ];
    expect([seconds.status, date.status, none.status]).toEqual([429, 429, 429]);
    expect(seconds.headers.get("retry-after")).toBe("7");
    expect(Date.parse(date.headers.get("retry-after") ?? "")).toBeGreaterThan(askedMs - 1000);
    expect(none.headers.get("retry-after")).toBeNull();
    expect((await setup.caller.get("/v1/orgs")).status).toBe(200);
  });

  const shapes: [FaultInput & { kind: "status" }, string | null, RegExp][] = [
    [{ kind: "status", status: 502, body: "problem" }, "application/json", /^\{"problem":"SIMULATED"/],
    [{ kind: "status", status: 503, body: "array" }, "application/json", /^\[\{"name":"SIMULATED"/],
    [{ kind: "status", status: 504, body: "html" }, "text/html", /^<html>/],
    [{ kind: "status", status: 500, body: "text" }, "text/plain", /^SIMULATED: /],
    [{ kind: "status", status: 500, body: "empty" }, null, /^$/],
    [{ kind: "status", status: 200, body: "html" }, "text/html", /^<html>/],
  ];
  test.each(shapes)("%j", async (fault, contentType, body) => {
    await using setup = await start();
    setup.control.addFault(fault);
    const answer = await setup.caller.get("/v1/users");
    expect(answer.status).toBe(fault.status);
    expect(answer.headers.get("content-type")?.split(";")[0] ?? null).toBe(contentType);
    expect(answer.text).toMatch(body);
  });

  test("a status before the effect keeps the write from happening, one after it does not", async () => {
    await using setup = await start();
    setup.control.addFault({ kind: "status", status: 503, on: "POST /v1/users/**", times: 1 });
    expect((await setup.caller.post(setup.deactivatePath)).status).toBe(503);
    expect(setup.isActive()).toBe(true);
    setup.control.addFault({ kind: "status", status: 504, when: "after", on: "POST /v1/users/**", times: 1 });
    expect((await setup.caller.post(setup.deactivatePath)).status).toBe(504);
    expect(setup.isActive()).toBe(false);
    expect(setup.simulator.writeLog()).toMatchObject([
      { seq: 1, applied: false, status: 503, before: { active: true }, after: { active: true } },
      { seq: 2, applied: true, status: 504, before: { active: true }, after: { active: false } },
    ]);
  });

  test("legal hold can be made unreadable, and any other endpoint forbidden", async () => {
    await using setup = await start();
    const { userId } = setup.simulator.tenant.user(NADIA);
    const unreadable = setup.control.makeLegalHoldUnreadable();
    setup.control.forbid("GET /v1/agents");
    expect((await setup.caller.get(`/v1/legal-hold/custodians/${userId}`)).status).toBe(403);
    expect((await setup.caller.get("/v1/agents")).status).toBe(403);
    unreadable.remove();
    expect((await setup.caller.get(`/v1/legal-hold/custodians/${userId}`)).status).toBe(200);
  });
});

describe("broken connections", () => {
  test("a dropped connection has no effect and no answer", async () => {
    await using setup = await start();
    setup.control.addFault({ kind: "drop", times: 1 });
    await expect(setup.caller.post(setup.deactivatePath)).rejects.toThrow();
    expect(setup.isActive()).toBe(true);
    expect(setup.simulator.writeLog()).toMatchObject([{ applied: false, status: null }]);
    expect(setup.simulator.requestLog().at(-1)).toMatchObject({ status: null, fault: "drop" });
  });

  test("a lost answer leaves the write done", async () => {
    await using setup = await start();
    setup.control.loseAnswers();
    await expect(setup.caller.post(setup.deactivatePath)).rejects.toThrow();
    expect(setup.isActive()).toBe(false);
    expect(setup.simulator.writeLog()).toMatchObject([{ applied: true, status: null }]);
    expect((await setup.caller.post(setup.deactivatePath)).status).toBe(200);
  });

  test("an answer that is cut short breaks off after its headers", async () => {
    await using setup = await start();
    setup.control.addFault({ kind: "cut_short", times: 2 });
    const response = await fetch(`${setup.simulator.url}/v1/oauth`, { method: "POST" });
    expect(response.status).toBe(401);
    await expect(response.text()).rejects.toThrow();
    await expect(setup.caller.get("/v1/orgs")).rejects.toThrow();
    expect((await setup.caller.get("/v1/orgs")).status).toBe(200);
  });
});

describe("hangs", () => {
  test("a client that hangs up before a write was handled has changed nothing", async () => {
    await using setup = await start();
    const fault = setup.control.addFault({ kind: "hang", on: "POST /v1/users/**", times: 1 });
    const abort = new AbortController();
    const hanging = setup.caller.request("POST", setup.deactivatePath, undefined, abort.signal);
    await Promise.all([
      expect(hanging).rejects.toThrow(),
      expect
        .poll(() => fault.struck)
        .toBe(1)
        .then(() => abort.abort()),
    ]);
    await expect.poll(() => setup.simulator.writeLog()).toMatchObject([{ applied: false, status: null }]);
    expect(setup.isActive()).toBe(true);
  });

  test("a hang after the effect leaves the write done without an answer", async () => {
    await using setup = await start();
    setup.control.addFault({ kind: "hang", when: "after", on: "POST /v1/users/**", times: 1 });
    const abort = new AbortController();
    const hanging = setup.caller.request("POST", setup.deactivatePath, undefined, abort.signal);
    await Promise.all([
      expect(hanging).rejects.toThrow(),
      expect
        .poll(() => setup.simulator.writeLog())
        .toMatchObject([{ applied: true, status: null }])
        .then(() => abort.abort()),
    ]);
    expect(setup.isActive()).toBe(false);
  });

  test("a release lets hanging requests go on", async () => {
    await using setup = await start();
    const fault = setup.control.addFault({ kind: "hang", times: 1 });
    const hanging = setup.caller.post(setup.deactivatePath);
    await expect.poll(() => fault.struck).toBe(1);
    setup.control.release();
    expect((await hanging).status).toBe(200);
  });

  test("closing does not wait for requests that hang, nor for idle connections", async () => {
    const simulator = await startIncydrSimulator();
    const caller = await callerOf(simulator);
    const idle = connect(Number(new URL(simulator.url).port), "127.0.0.1");
    simulator.control.addFault({ kind: "hang", on: "GET /v1/users" });
    const hold = simulator.control.hold("GET /v1/orgs");
    const outcomes = Promise.allSettled([caller.get("/v1/users"), caller.get("/v1/orgs")]);
    await hold.arrived;
    await simulator.close();
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
    idle.destroy();
  });
});
