import { describe, expect, it } from "vitest";
import {
  type AuthorizerOptions,
  createLivePolicies,
  DirectoryUnavailableError,
  type ForbiddenAttempt,
  ForbiddenError,
  FRESH,
  type Freshness,
  type Person,
  type PolicyEngine,
  RECENT,
  UnknownPersonError,
} from "../../../src/authorization/index.ts";
import { someLead, somePerson } from "../../support/domain-objects.ts";
import { DEACTIVATION, engineWith, shippedEngine } from "../../support/shipped-policies.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";

const ABOUT = { freshness: FRESH, ...DEACTIVATION };
const strictEngine = engineWith(`@id("not-theo") @reason("Theo is on leave.")
  forbid (principal == Incydr::Person::"U0THEO", action, resource);`);

/** An authorizer under the shipped policies, over one person as Slack shows them, or a directory that fails. */
function authorizerFor(person: Person | Error, options: Partial<AuthorizerOptions> = {}) {
  const attempts: ForbiddenAttempt[] = [];
  const asked: Freshness[] = [];
  const authorizer = someAuthorizer({
    engine: shippedEngine,
    directory: {
      async person(_slackUserId, freshness) {
        asked.push(freshness);
        if (person instanceof Error) throw person;
        return person;
      },
      idsByEmail: async () => [],
    },
    recordForbidden: async (attempt) => void attempts.push(attempt),
    ...options,
  });
  return { authorizer, attempts, asked };
}

describe("a person whom the policies permit an action", () => {
  it("is returned as Slack shows them, as fresh as was asked for, without an audit entry", async () => {
    const { authorizer, attempts, asked } = authorizerFor(somePerson());
    expect(await authorizer.authorize("U0MAYA", "lookup", { freshness: RECENT })).toMatchObject(somePerson());
    expect(await authorizer.authorizeChange("U0MAYA", "request", ABOUT)).toMatchObject(somePerson());
    expect(asked).toEqual([RECENT, FRESH]);
    expect(attempts).toEqual([]);
  });

  it("has to be one Incydr user, except for a look-up and a freeze", async () => {
    const unmapped = new Error("none or several");
    const { authorizer } = authorizerFor(someLead(), { identify: () => Promise.reject(unmapped) });
    for (const action of ["approve", "deny", "ratify", "cancel", "revoke"] as const)
      await expect(authorizer.authorizeChange("U0THEO", action, ABOUT), action).rejects.toBe(unmapped);
    await expect(authorizer.authorize("U0THEO", "unfreeze", ABOUT)).rejects.toBe(unmapped);
    for (const action of ["lookup", "list", "read_audit", "freeze"] as const)
      expect(await authorizer.authorize("U0THEO", action, ABOUT)).toMatchObject({ userId: null });
  });

  it("is looked for in Incydr, but not if they are forbidden it or open a form", async () => {
    const asked: string[] = [];
    const identify: AuthorizerOptions["identify"] = async ({ slackUserId }) => {
      asked.push(slackUserId);
      return "42";
    };
    const { authorizer } = authorizerFor(someLead(), { identify });
    const forbidden = authorizerFor(somePerson(), { identify }).authorizer;
    await expect(forbidden.authorizeChange("U0MAYA", "approve", ABOUT)).rejects.toThrow(ForbiddenError);
    const form = await authorizer.pin({ isForForm: true });
    await form.authorizeChange("U0THEO", "deny", ABOUT);
    expect(asked).toEqual([]);
    const pinned = await authorizer.pin({ attemptId: "click 1" });
    expect(await pinned.authorizeChange("U0THEO", "approve", ABOUT)).toMatchObject({ userId: "42" });
    await authorizer.authorizeChange("U0THEO", "deny", ABOUT);
    expect(asked).toEqual(["U0THEO", "U0THEO"]);
  });
});

describe("a person whom the policies forbid an action", () => {
  it("is stopped after the attempt was audited with its subject, its request and its rules", async () => {
    const { authorizer, attempts } = authorizerFor(someLead());
    const pinned = await authorizer.pin({ attemptId: "click 1" });
    const click = pinned.authorizeChange("U0THEO", "request", { ...ABOUT, requestId: "CR-1" });
    await expect(click).rejects.toThrow(ForbiddenError);
    const guest = authorizerFor(somePerson({ isGuest: true }));
    const lookUp = guest.authorizer.authorize("U0GIL", "lookup", { freshness: RECENT });
    await expect(lookUp).rejects.toMatchObject({ code: "forbidden", denial: { policyIds: ["no-guests"] } });
    const { hash: policyHash } = shippedEngine;
    expect([...attempts, ...guest.attempts]).toEqual([
      {
        slackUserId: "U0THEO",
        action: "request",
        about: { subject: "nadia.petrov@harborlight.example", requestId: "CR-1" },
        reasons: ["No policy lets you do this."],
        policyIds: [],
        policyHash,
        attemptId: "click 1",
      },
      {
        slackUserId: "U0GIL",
        action: "lookup",
        about: {},
        reasons: ["Guests can't use this bot. Ask an administrator."],
        policyIds: ["no-guests"],
        policyHash,
        attemptId: null,
      },
    ]);
  });

  it("is stopped even if the attempt can't be audited", async () => {
    const recordForbidden = () => Promise.reject(new Error("The database is away."));
    const { authorizer } = authorizerFor(somePerson({ groups: [] }), { recordForbidden });
    const lookUp = authorizer.authorize("U0SAM", "lookup", { freshness: RECENT });
    await expect(lookUp).rejects.toThrow("The database is away.");
  });
});

it.each([
  ["does not answer about a person", new DirectoryUnavailableError(null)],
  ["knows no person of an id", new UnknownPersonError("U0GHOST")],
])("every action is forbidden and audited if Slack %s", async (_if, error) => {
  const { authorizer, attempts } = authorizerFor(error);
  await expect(authorizer.authorizeChange("U0GHOST", "approve", ABOUT)).rejects.toMatchObject({
    code: "forbidden",
    denial: { reasons: [error.message], whoCould: [] },
    cause: error,
  });
  await expect(authorizer.authorize("U0GHOST", "freeze", ABOUT)).rejects.toThrow(ForbiddenError);
  expect(attempts.map(({ action }) => action)).toEqual(["approve", "freeze"]);
});

it("a fault of the program is thrown on, and is no forbidden attempt", async () => {
  const { authorizer, attempts } = authorizerFor(new TypeError("a bug"));
  await expect(authorizer.authorize("U0MAYA", "lookup", { freshness: RECENT })).rejects.toThrow("a bug");
  expect(attempts).toEqual([]);
});

describe("policies that no longer decide", () => {
  it.each([
    ["permit", shippedEngine],
    ["forbid", strictEngine],
  ])("neither permit nor forbid what they would %s, and nothing is audited", async (_would, engine) => {
    const decidingHash = async () => "newer";
    const { authorizer, attempts } = authorizerFor(someLead(), { engine, decidingHash });
    const differ = { code: "policies_differ" };
    for (const action of ["approve", "deny", "execute", "ratify", "cancel", "revoke", "request"] as const)
      await expect(authorizer.authorizeChange("U0THEO", action, ABOUT), action).rejects.toMatchObject(differ);
    for (const action of ["lookup", "list", "read_audit", "unfreeze"] as const)
      await expect(authorizer.authorize("U0THEO", action, ABOUT), action).rejects.toMatchObject(differ);
    const root = authorizer.authorizeCommandLine({ osUser: "root" }, "freeze");
    await expect(root).rejects.toMatchObject(differ);
    expect(attempts).toEqual([]);
  });

  it("still let a person freeze, even if the deciding policies can't be read", async () => {
    const decidingHash = () => Promise.reject(new Error("The database is away."));
    const { authorizer } = authorizerFor(someLead(), { decidingHash });
    expect(await authorizer.authorize("U0THEO", "freeze", ABOUT)).toMatchObject({ slackUserId: "U0THEO" });
  });

  it("decide an action that began under them, and all actions of an authorizer that keeps them", async () => {
    const live = createLivePolicies(shippedEngine);
    const { authorizer } = authorizerFor(someLead(), {
      engine: live,
      directory: {
        async person() {
          live.replaceBy(strictEngine);
          return someLead();
        },
        idsByEmail: async () => [],
      },
      decidingHash: async () => shippedEngine.hash,
    });
    const pinned = await authorizer.pin();
    const permitted = await authorizer.authorizeChange("U0THEO", "approve", ABOUT);
    const hashes = [permitted.policyHash, pinned.policyHash, authorizer.policyHash];
    expect(hashes).toEqual([shippedEngine.hash, shippedEngine.hash, strictEngine.hash]);
    const allowed = [pinned, authorizer].map((each) => each.check(someLead(), "approve", ABOUT).allowed);
    expect(allowed).toEqual([true, false]);
  });
});

it("the policies answer each question of one attempt once, and other questions anew", async () => {
  let asked = 0;
  const engine: PolicyEngine = {
    ...shippedEngine,
    decide: (question) => {
      asked += 1;
      return shippedEngine.decide(question);
    },
    pinned: () => engine,
  };
  const attempt = await authorizerFor(someLead(), { engine }).authorizer.pin();
  for (let count = 0; count < 2; count += 1) {
    await attempt.authorizeChange("U0THEO", "approve", ABOUT);
    const mayRun = (requester: Person, approvals: number) =>
      attempt.check(requester, "execute", { ...ABOUT, change: { ...ABOUT.change, approvals } }).allowed;
    const runs = [mayRun(somePerson(), 0), mayRun(somePerson(), 5), mayRun(somePerson({ groups: [] }), 5)];
    expect([asked, runs]).toEqual([4, [false, true, false]]);
  }
});

it("a check of the policies is not audited", () => {
  const { authorizer, attempts } = authorizerFor(somePerson());
  expect(authorizer.check(somePerson(), "approve", ABOUT).allowed).toBe(false);
  expect(attempts).toEqual([]);
});
