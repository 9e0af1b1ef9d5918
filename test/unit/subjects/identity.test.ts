import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { CallOptions } from "../../../src/incydr/index.ts";
import { createIdentify } from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { type IncydrBench, startIncydrBench } from "./incydr-bench.ts";

const MAYA = "maya.lindqvist@harborlight.example";

let bench: IncydrBench;
beforeAll(async () => {
  bench = await startIncydrBench();
});
afterEach(() => bench.simulator.control.reset());
afterAll(() => bench[Symbol.asyncDispose]());

function identify(person = somePerson(), operatorMap: readonly (readonly [string, string])[] = []) {
  return createIdentify({ incydr: bench.incydr, operatorMap: new Map(operatorMap) })(person);
}

it("finds an operator's Incydr user by their e-mail, in any case", async () => {
  expect((await identify()).username).toBe(MAYA);
  bench.simulator.control.edit.rename(MAYA, "Maya.Lindqvist@Harborlight.example");
  expect((await identify()).username).toBe("Maya.Lindqvist@Harborlight.example");
});

it("prefers the configured map to the e-mail", async () => {
  const noor = "noor.haddad@harborlight.example";
  expect((await identify(somePerson(), [["U0MAYA", noor]])).username).toBe(noor);
});

it("finds by the map also somebody whose e-mail Slack doesn't show", async () => {
  expect((await identify(somePerson({ email: null }), [["U0MAYA", MAYA]])).username).toBe(MAYA);
});

it.each([
  ["without an e-mail", somePerson({ email: null }), []],
  ["whom Incydr doesn't know", somePerson({ email: "maya@elsewhere.example" }), []],
  ["whose e-mail only begins a username", somePerson({ email: "maya.lindqvist@harborlight" }), []],
  ["mapped to nobody", somePerson(), [["U0MAYA", "gone@harborlight.example"]]],
] as const)("finds nobody for an operator %s: they may only look up", async (_who, person, map) => {
  await expect(identify(person, map)).rejects.toMatchObject({
    code: "unmapped_operator",
    message: expect.stringContaining("OPERATOR_MAP"),
  });
});

it("finds nobody where two users have the operator's username", async () => {
  const person = { username: MAYA, firstName: "Maya", lastName: "Lindqvist", orgName: "Leavers" };
  bench.simulator.control.edit.addUser(person);
  await expect(identify()).rejects.toMatchObject({ code: "unmapped_operator" });
});

it("finds an operator on a later page, and takes nobody for unmapped whose list may be incomplete", async () => {
  const person = somePerson();
  const page = (total: number) => (query?: { pageNum?: number | undefined }) => {
    const first = (query?.pageNum ?? 1) === 1;
    const others = Array.from({ length: 100 }, (_, n) => ({
      userId: `${n}`,
      username: `maya${n}@x.example`,
    }));
    return { users: first ? others : [{ userId: "777", username: MAYA }], totalCount: total, skipped: 0 };
  };
  const identifyWith = (total: number) => {
    const users = { ...bench.incydr.users, getPage: async (query: object) => page(total)(query) };
    return createIdentify({
      incydr: { ...bench.incydr, users } as unknown as typeof bench.incydr,
      operatorMap: new Map(),
    }); // with bare ids
  };
  expect((await identifyWith(101)(person)).userId).toBe("777");
  await expect(identifyWith(900)(person)).rejects.toMatchObject({ code: "unexpected_answer" });
});

it("takes nobody for unmapped where the list of users answers with a 404", async () => {
  bench.simulator.control.addFault({ kind: "status", status: 404, on: "GET /v1/users", body: "problem" });
  await expect(identify()).rejects.toMatchObject({ code: "unexpected_answer" });
});

it("asks Incydr in the lane and within the time that it is given for all pages together", async () => {
  const asked: (CallOptions | undefined)[] = [];
  const getPage: typeof bench.incydr.users.getPage = async (query, options) => {
    asked.push(options);
    return bench.incydr.users.getPage(query, options);
  };
  const incydr = { ...bench.incydr, users: { ...bench.incydr.users, getPage } };
  const withMap = createIdentify({ incydr, operatorMap: new Map() });
  await withMap(somePerson(), "emergency", 60_000);
  expect(asked).toEqual([{ lane: "emergency", deadlineMs: expect.any(Number) }]);
  expect(asked[0]?.deadlineMs).toBeLessThanOrEqual(60_000);
  await withMap(somePerson());
  expect(asked[1]).toEqual({ lane: "interactive" });
});
