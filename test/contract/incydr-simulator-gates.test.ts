import { expect, test } from "vitest";
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
    rolesPath: `/v1/users/${userId}/roles`,
    deactivatePath: `/v1/users/${userId}/deactivate`,
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

test("a request held before its effect has changed nothing until it is released", async () => {
  await using setup = await start();
  const gate = setup.control.hold("POST /v1/users/**");
  const answer = setup.caller.post(setup.deactivatePath);
  expect(await gate.arrived).toEqual({ method: "POST", path: setup.deactivatePath });
  expect(gate.waiting).toBe(1);
  expect(setup.simulator.tenant.stateOf(NADIA).active).toBe(true);
  expect(setup.simulator.writeLog()).toEqual([]);
  gate.release();
  expect((await answer).status).toBe(200);
  expect(setup.simulator.writeLog()).toMatchObject([{ applied: true, status: 200 }]);
});

test("a request held after its effect has changed the tenant and has no answer yet", async () => {
  await using setup = await start();
  const gate = setup.control.hold("POST /v1/users/**", { when: "after" });
  const answer = setup.caller.post(setup.deactivatePath);
  await gate.arrived;
  expect(setup.simulator.writeLog()).toMatchObject([{ applied: true, status: null }]);
  gate.release();
  expect((await answer).status).toBe(200);
  expect(setup.simulator.writeLog()).toMatchObject([{ applied: true, status: 200 }]);
});

test("a held write happens although its client died meanwhile", async () => {
  await using setup = await start();
  const gate = setup.control.hold("POST /v1/users/**");
  const abort = new AbortController();
  const answer = setup.caller.request("POST", setup.deactivatePath, undefined, abort.signal);
  await gate.arrived;
  abort.abort();
  await expect(answer).rejects.toThrow();
  gate.release();
  await expect.poll(() => setup.simulator.writeLog()).toMatchObject([{ applied: true, status: null }]);
});

test("with one put held, another overtakes it and the order of the write log is that of the effects", async () => {
  await using setup = await start();
  const gate = setup.control.hold("PUT /v1/users/**");
  const first = setup.caller.put(setup.rolesPath, { roleIds: ["desktop-user"] });
  await gate.arrived;
  await setup.caller.put(setup.rolesPath, { roleIds: ["proe-user"] });
  gate.release();
  await first;
  expect(setup.simulator.writeLog().map((write) => write.after?.roleIds)).toEqual([
    ["proe-user"],
    ["desktop-user"],
  ]);
});

test("a gate for several requests reports when all of them have come", async () => {
  await using setup = await start();
  const gate = setup.control.hold("GET /v1/orgs", { times: 3 });
  const answers = Promise.all([1, 2, 3].map(() => setup.caller.get("/v1/orgs")));
  expect(await gate.arrivals(3)).toHaveLength(3);
  expect((await setup.caller.get("/v1/orgs")).status).toBe(200);
  setup.control.release();
  expect((await answers).map((answer) => answer.status)).toEqual([200, 200, 200]);
});

test("a gate that is released before anything came says so", async () => {
  await using setup = await start();
  const gate = setup.control.hold("GET /v1/orgs");
  gate.release();
  await expect(gate.arrived).rejects.toThrow(/released before 1 request/);
  expect((await setup.caller.get("/v1/orgs")).status).toBe(200);
});

test("edits without the API fall between two requests and are not in the write log", async () => {
  await using setup = await start();
  const gate = setup.control.hold("PUT /v1/users/**");
  const put = setup.caller.put(setup.rolesPath, { roleIds: ["desktop-user"] });
  await gate.arrived;
  setup.control.edit.setRoles(NADIA, ["Desktop User", "Insider Risk Admin"]);
  gate.release();
  await put;
  expect(setup.simulator.writeLog()).toMatchObject([
    { before: { roleIds: ["desktop-user", "insider-risk-admin"] }, after: { roleIds: ["desktop-user"] } },
  ]);
});
