import { expect, test } from "vitest";
import { NADIA, startSimulator } from "./incydr-simulator-caller.ts";

test("a request held before its effect has changed nothing until it is released", async () => {
  await using simulator = await startSimulator();
  const gate = simulator.control.hold("POST /v1/users/**");
  const answer = simulator.deactivate(NADIA);
  expect(await gate.arrived).toEqual({ method: "POST", path: `${simulator.pathOf(NADIA)}/deactivate` });
  expect(gate.waiting).toBe(1);
  expect(simulator.tenant.stateOf(NADIA).active).toBe(true);
  expect(simulator.writeLog()).toEqual([]);
  gate.release();
  expect((await answer).status).toBe(200);
  expect(simulator.writeLog()).toMatchObject([{ applied: true, status: 200 }]);
});

test("a held write happens although its client died meanwhile", async () => {
  await using simulator = await startSimulator();
  const gate = simulator.control.hold("POST /v1/users/**");
  const abort = new AbortController();
  const answer = simulator.deactivate(NADIA, abort.signal);
  await gate.arrived;
  abort.abort();
  await expect(answer).rejects.toThrow();
  gate.release();
  await expect.poll(() => simulator.writeLog()).toMatchObject([{ applied: true, status: null }]);
});

test("with one put held, another overtakes it and the order of the write log is that of the effects", async () => {
  await using simulator = await startSimulator();
  const gate = simulator.control.hold("PUT /v1/users/**");
  const first = simulator.put(`${simulator.pathOf(NADIA)}/roles`, { roleIds: ["desktop-user"] });
  await gate.arrived;
  await simulator.put(`${simulator.pathOf(NADIA)}/roles`, { roleIds: ["proe-user"] });
  gate.release();
  await first;
  expect(simulator.writeLog().map((write) => write.after?.roleIds)).toEqual([
    ["proe-user"],
    ["desktop-user"],
  ]);
});

test("a gate for several requests reports when all of them have come", async () => {
  await using simulator = await startSimulator();
  const gate = simulator.control.hold("GET /v1/orgs", { times: 3 });
  const answers = Promise.all([1, 2, 3].map(() => simulator.get("/v1/orgs")));
  expect(await gate.arrivals(3)).toHaveLength(3);
  expect((await simulator.get("/v1/orgs")).status).toBe(200);
  simulator.control.release();
  expect((await answers).map((answer) => answer.status)).toEqual([200, 200, 200]);
});

test("a gate that is released before anything came says so", async () => {
  await using simulator = await startSimulator();
  const gate = simulator.control.hold("GET /v1/orgs");
  gate.release();
  await expect(gate.arrived).rejects.toThrow(/released before 1 request/);
  expect((await simulator.get("/v1/orgs")).status).toBe(200);
});

test("edits without the API fall between two requests and are not in the write log", async () => {
  await using simulator = await startSimulator();
  const gate = simulator.control.hold("PUT /v1/users/**");
  const put = simulator.put(`${simulator.pathOf(NADIA)}/roles`, { roleIds: ["desktop-user"] });
  await gate.arrived;
  simulator.control.edit.setRoles(NADIA, ["Desktop User", "Insider Risk Admin"]);
  gate.release();
  await put;
  expect(simulator.writeLog()).toMatchObject([
    { before: { roleIds: ["desktop-user", "insider-risk-admin"] }, after: { roleIds: ["desktop-user"] } },
  ]);
});
