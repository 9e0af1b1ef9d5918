import { describe, expect, it } from "vitest";
import { type CallOptions, IncydrError, type User } from "../../../src/incydr/index.ts";
import {
  createIdentify,
  createIdentifyOperator,
  type Identify,
  rememberIdentities,
  UnmappedOperatorError,
} from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { createManualClock } from "../incydr/manual-clock.ts";
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
    expect(await createIdentifyOperator(identify)(somePerson())).toBe("700");
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
    const identifyOperator = createIdentifyOperator(() => Promise.reject(error));
    await expect(identifyOperator(somePerson())).rejects.toMatchObject({ code });
  });
});

describe("the Incydr user of an operator", () => {
  /** A look-up that answers with a new user each time, or fails if the test says so. */
  function counting() {
    const asked: Parameters<Identify>[] = [];
    const failures: Error[] = [];
    const clock = createManualClock();
    const identify = rememberIdentities(async (...args) => {
      asked.push(args);
      const failure = failures.shift();
      if (failure) throw failure;
      return { userId: `user-${asked.length}` } as User; // nothing else is read
    }, clock);
    return { asked, failures, clock, identify };
  }

  it("is remembered for five minutes from the beginning of the look-up", async () => {
    const { clock, identify } = counting();
    const userIds = async () => (await identify(somePerson())).userId;
    expect([await userIds(), await userIds()]).toEqual(["user-1", "user-1"]);
    await clock.advance(300_000);
    expect(await userIds()).toBe("user-1");
    await clock.advance(1);
    expect(await userIds()).toBe("user-2");
  });

  it("is read again if the clock was set back", async () => {
    const { asked, clock, identify } = counting();
    await identify(somePerson());
    await clock.advance(-60_000);
    await identify(somePerson());
    expect(asked).toHaveLength(2);
  });

  it("belongs to one account with one e-mail, so that another e-mail is looked up at once", async () => {
    const { identify } = counting();
    const people = [
      somePerson(),
      somePerson({ slackUserId: "U0THEO" }),
      somePerson({ email: "other@harborlight.example" }),
      somePerson({ email: null }),
    ];
    const found = await Promise.all(people.map((person) => identify(person)));
    expect(found.map(({ userId }) => userId)).toEqual(["user-1", "user-2", "user-3", "user-4"]);
    expect((await identify(somePerson())).userId).toBe("user-1");
  });

  it.each([
    ["an outage", new IncydrError("unavailable", "It failed.", { sent: "no" })],
    ["that there is none", new UnmappedOperatorError(somePerson())],
  ])("is looked up again after %s, which is not remembered", async (_what, failure) => {
    const { asked, failures, identify } = counting();
    failures.push(failure);
    await expect(identify(somePerson())).rejects.toBe(failure);
    expect((await identify(somePerson())).userId).toBe("user-2");
    expect(asked).toHaveLength(2);
  });

  it("is looked up once for callers at the same time, but never with another priority", async () => {
    const { asked, identify } = counting();
    const lanes = [undefined, "interactive", "emergency"] as const;
    await Promise.all(lanes.map((lane) => identify(somePerson(), lane)));
    expect(asked.map(([, lane]) => lane)).toEqual(["interactive", "emergency"]);
  });

  it("is looked up for each caller with a deadline, so that a late caller gets the whole time", async () => {
    const { asked, identify } = counting();
    await Promise.all([1, 2].map(() => identify(somePerson(), "interactive", 2_000)));
    expect(asked.map(([, , deadlineMs]) => deadlineMs)).toEqual([2_000, 2_000]);
  });
});
