import { describe, expect, it } from "vitest";
import { type CallOptions, IncydrError, type User } from "../../../src/incydr/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import {
  createIdentify,
  createIdentifyOperator,
  type Identify,
  UnmappedOperatorError,
} from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { useIncydrBench } from "./incydr-bench.ts";

const MAYA = "maya.lindqvist@harborlight.example";

const bench = useIncydrBench();

function identify(person = somePerson(), operatorMap: readonly (readonly [string, string])[] = []) {
  return createIdentify({ incydr: bench().incydr, operatorMap: new Map(operatorMap) })(person);
}

describe("an operator", () => {
  it("is the Incydr user with their e-mail, in any case", async () => {
    expect((await identify()).username).toBe(MAYA);
    bench().simulator.control.edit.rename(MAYA, "Maya.Lindqvist@Harborlight.example");
    expect((await identify()).username).toBe("Maya.Lindqvist@Harborlight.example");
  });

  it.each([
    ["who has another e-mail", somePerson()],
    ["whose e-mail Slack doesn't show", somePerson({ email: null })],
  ])("%s is the Incydr user that the configured map names", async (_who, person) => {
    const noor = "noor.haddad@harborlight.example";
    expect((await identify(person, [["U0MAYA", noor]])).username).toBe(noor);
  });

  it.each([
    ["without an e-mail", somePerson({ email: null }), []],
    ["whom Incydr doesn't know", somePerson({ email: "maya@elsewhere.example" }), []],
    ["whose e-mail only begins a username", somePerson({ email: "maya.lindqvist@harborlight" }), []],
    ["mapped to a user who doesn't exist", somePerson(), [["U0MAYA", "gone@harborlight.example"]]],
  ] as const)("%s is no Incydr user, and is told of OPERATOR_MAP", async (_who, person, map) => {
    await expect(identify(person, map)).rejects.toMatchObject({
      code: "unmapped_operator",
      message: expect.stringContaining("OPERATOR_MAP"),
    });
  });

  it("is no Incydr user if two users have their username", async () => {
    const person = { username: MAYA, firstName: "Maya", lastName: "Lindqvist", orgName: "Leavers" };
    bench().simulator.control.edit.addUser(person);
    await expect(identify()).rejects.toMatchObject({ code: "unmapped_operator" });
  });

  it("is not taken for unmapped if the list of users answers with a 404", async () => {
    const fault = { kind: "status", status: 404, on: "GET /v1/users", body: "problem" } as const;
    bench().simulator.control.addFault(fault);
    await expect(identify()).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  it("is not taken for unmapped if the list of users may be incomplete", async () => {
    const getPage = async () => ({ users: [], totalCount: 900, skipped: 0 });
    const incydr = { ...bench().incydr, users: { ...bench().incydr.users, getPage } };
    const identifying = createIdentify({ incydr, operatorMap: new Map() })(somePerson());
    await expect(identifying).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  it("is looked up in the lane, and within the time that all pages together may take", async () => {
    const { users } = bench().incydr;
    const asked: (CallOptions | undefined)[] = [];
    const getPage: typeof users.getPage = async (query, options) => {
      asked.push(options);
      return users.getPage(query, options);
    };
    const incydr = { ...bench().incydr, users: { ...users, getPage } };
    const identifyWith = createIdentify({ incydr, operatorMap: new Map() });
    await identifyWith(somePerson(), "emergency", 60_000);
    await identifyWith(somePerson());
    expect(asked).toEqual([{ lane: "emergency", deadlineMs: expect.any(Number) }, { lane: "interactive" }]);
    expect(asked[0]?.deadlineMs).toBeLessThanOrEqual(60_000);
  });
});

describe("an operator who clicks", () => {
  const failed = (code: IncydrError["code"]) => new IncydrError(code, "It failed.", { sent: "no" });

  it("is looked up within two seconds", async () => {
    const asked: Parameters<Identify>[] = [];
    const identify: Identify = async (...args) => {
      asked.push(args);
      return { userId: "700" } as User; // nothing else is read
    };
    expect(await createIdentifyOperator(identify, systemClock)(somePerson())).toBe("700");
    expect(asked).toEqual([[somePerson(), "interactive", 2000]]);
  });

  it.each([
    ["neither mapped nor unmapped if Incydr doesn't answer", failed("timed_out"), "identity_unavailable"],
    [
      "unmapped if they are no single Incydr user",
      new UnmappedOperatorError(somePerson()),
      "unmapped_operator",
    ],
  ])("is %s", async (_what, error, code) => {
    const identifyOperator = createIdentifyOperator(() => Promise.reject(error), systemClock);
    await expect(identifyOperator(somePerson())).rejects.toMatchObject({ code });
  });

  it("is looked up once for all checks of one attempt, and again after five seconds or for another", async () => {
    let nowMs = 0;
    let asked = 0;
    const identify: Identify = async () => {
      asked += 1;
      if (asked === 1) throw failed("unavailable");
      return { userId: `user-${asked}` } as User; // nothing else is read
    };
    const identifyOperator = createIdentifyOperator(identify, { now: () => new Date(nowMs) });
    const how = { attemptId: "click-1" };
    await expect(identifyOperator(somePerson(), how)).rejects.toMatchObject({ code: "identity_unavailable" });
    expect(await identifyOperator(somePerson(), how)).toBe("user-2");
    nowMs = 5_000;
    expect(await identifyOperator(somePerson(), how)).toBe("user-2");
    expect(await identifyOperator(somePerson({ email: "other@harborlight.example" }), how)).toBe("user-3");
    expect(await identifyOperator(somePerson(), { attemptId: "click-2" })).toBe("user-4");
    expect(await identifyOperator(somePerson())).toBe("user-5");
    expect(await identifyOperator(somePerson())).toBe("user-6");
    nowMs = 5_001;
    expect(await identifyOperator(somePerson(), how)).toBe("user-7");
  });
});
