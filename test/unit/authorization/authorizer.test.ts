import { beforeAll, describe, expect, it } from "vitest";
import {
  type ChangeFacts,
  createLivePolicies,
  createPolicyEngine,
  DirectoryUnavailableError,
  type ForbiddenAttempt,
  ForbiddenError,
  FRESH,
  type Freshness,
  loadPolicies,
  type Person,
  type PolicyEngine,
  parsePolicies,
  RECENT,
  type Terms,
  UnknownPersonError,
} from "../../../src/authorization/index.ts";
import { subjectFacts } from "../../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, someFacts, someLead, somePerson } from "../../support/domain-objects.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";

let engine: PolicyEngine;
beforeAll(async () => {
  engine = createPolicyEngine(await loadPolicies("policies"));
});

const NADIA = subjectFacts(someFacts(), ["U0NADIA"]);
const ASKED = someChangeFacts();

/** An authorizer over one person as Slack shows them, or over a directory that fails. */
function authorizerFor(person: Person | Error) {
  const attempts: ForbiddenAttempt[] = [];
  const asked: Freshness[] = [];
  const authorizer = someAuthorizer({
    engine,
    directory: {
      async person(_slackUserId, freshness) {
        asked.push(freshness);
        if (person instanceof Error) throw person;
        return person;
      },
      idsByEmail: async () => [],
    },
    recordForbidden: async (attempt) => void attempts.push(attempt),
  });
  return { authorizer, attempts, asked };
}

describe("whoever may", () => {
  it("is let through as the person Slack shows, as fresh as was asked for, without an entry", async () => {
    const { authorizer, attempts, asked } = authorizerFor(somePerson());
    expect(await authorizer.authorize("U0MAYA", "lookup", { freshness: RECENT })).toMatchObject(somePerson());
    const options = { freshness: FRESH, subject: NADIA, change: ASKED };
    expect(await authorizer.authorizeChange("U0MAYA", "request", options)).toMatchObject(somePerson());
    expect(asked).toEqual([RECENT, FRESH]);
    expect(attempts).toEqual([]);
  });

  it("carries the hash of the policies that let them, whatever decides by the time that it is audited", async () => {
    const live = createLivePolicies(engine);
    const authorizer = someAuthorizer({
      engine: live,
      directory: { person: async () => somePerson(), idsByEmail: async () => [] },
    });
    const permitted = await authorizer.authorize("U0MAYA", "lookup", { freshness: RECENT });
    live.replaceBy({ ...engine, hash: "newer" });
    expect(authorizer.policyHash).toBe("newer");
    expect(permitted.policyHash).toBe(engine.hash);
  });
});

describe("whoever clicks", () => {
  const unmapped = new Error("none or several");
  const about = { freshness: FRESH, subject: NADIA, change: ASKED };
  function authorizer(patch: Partial<Parameters<typeof someAuthorizer>[0]> = {}) {
    return someAuthorizer({
      engine,
      directory: { person: async () => someLead(), idsByEmail: async () => [] },
      identify: () => Promise.reject(unmapped),
      ...patch,
    });
  }

  it("has to be one Incydr user, for whatever is more than a look-up or the brake", async () => {
    for (const action of ["approve", "deny", "ratify", "cancel", "revoke"] as const)
      await expect(authorizer().authorizeChange("U0THEO", action, about), action).rejects.toBe(unmapped);
    await expect(authorizer().authorize("U0THEO", "unfreeze", { freshness: FRESH })).rejects.toBe(unmapped);
    for (const action of ["lookup", "list", "read_audit", "freeze"] as const)
      await expect(authorizer().authorize("U0THEO", action, { freshness: FRESH })).resolves.toMatchObject({
        userId: null,
      });
    const known = authorizer({ identify: async () => "42" });
    expect(await known.authorizeChange("U0THEO", "approve", about)).toMatchObject({ userId: "42" });
  });

  it("is looked for in Incydr only where the policies permit it, and not for opening a form", async () => {
    const asked: string[] = [];
    const identify = async ({ slackUserId }: Person) => {
      asked.push(slackUserId);
      return "42";
    };
    const maya = { person: async () => somePerson(), idsByEmail: async () => [] };
    await expect(
      authorizer({ identify, directory: maya }).authorizeChange("U0MAYA", "approve", about),
    ).rejects.toThrow(ForbiddenError);
    const form = await authorizer({ identify }).pin({ isForForm: true });
    await form.authorizeChange("U0THEO", "deny", about);
    expect(asked).toEqual([]);
  });

  it("is looked for in Incydr with the attempt that they are asked for", async () => {
    const asked: unknown[] = [];
    const identify = async (_person: Person, how?: { readonly attemptId: string | null }) => {
      asked.push(how?.attemptId);
      return "42";
    };
    const pinned = await authorizer({ identify }).pin({ attemptId: "click 1" });
    await pinned.authorizeChange("U0THEO", "approve", about);
    await authorizer({ identify }).authorizeChange("U0THEO", "deny", about);
    expect(asked).toEqual(["click 1", null]);
  });
});

describe("whoever may not", () => {
  it("is stopped after the attempt was audited, with what it was about", async () => {
    const { authorizer, attempts } = authorizerFor(someLead());
    const options = { freshness: FRESH, subject: NADIA, change: ASKED };
    await expect(authorizer.authorizeChange("U0THEO", "request", options)).rejects.toThrow(ForbiddenError);
    expect(attempts).toEqual([
      {
        slackUserId: "U0THEO",
        action: "request",
        about: { subject: "nadia.petrov@harborlight.example" },
        reasons: ["No policy lets you do this."],
        policyIds: [],
        policyHash: engine.hash,
        attemptId: null,
      },
    ]);
  });

  it("is stopped for an action on the tenant too, and told by which rule", async () => {
    const { authorizer, attempts } = authorizerFor(somePerson({ isGuest: true }));
    await expect(authorizer.authorize("U0GIL", "lookup", { freshness: RECENT })).rejects.toMatchObject({
      code: "forbidden",
      denial: { reasons: ["Guests can't use this bot. Ask an administrator."], policyIds: ["no-guests"] },
    });
    expect(attempts).toMatchObject([{ slackUserId: "U0GIL", action: "lookup", about: {} }]);
  });

  it("is stopped even when the attempt can't be audited", async () => {
    const authorizer = someAuthorizer({
      engine,
      directory: { person: async () => somePerson({ groups: [] }), idsByEmail: async () => [] },
      recordForbidden: () => Promise.reject(new Error("The database is away.")),
    });
    await expect(authorizer.authorize("U0SAM", "lookup", { freshness: RECENT })).rejects.toThrow(
      "The database is away.",
    );
  });

  it.each([
    ["when Slack can't be asked", new DirectoryUnavailableError(null)],
    ["when Slack knows nobody of that id", new UnknownPersonError("U0GHOST")],
  ])("is anybody %s, and it is audited", async (_when, error) => {
    const { authorizer, attempts } = authorizerFor(error);
    const options = { freshness: FRESH, subject: NADIA, change: ASKED };
    await expect(authorizer.authorizeChange("U0GHOST", "approve", options)).rejects.toMatchObject({
      code: "forbidden",
      denial: { reasons: [error.message], whoCould: [] },
      cause: error,
    });
    await expect(authorizer.authorize("U0GHOST", "freeze", { freshness: FRESH })).rejects.toThrow(
      ForbiddenError,
    );
    expect(attempts.map(({ action }) => action)).toEqual(["approve", "freeze"]);
  });

  it("is nobody because of a fault of the program: that is thrown on", async () => {
    const { authorizer, attempts } = authorizerFor(new TypeError("a bug"));
    await expect(authorizer.authorize("U0MAYA", "lookup", { freshness: RECENT })).rejects.toThrow("a bug");
    expect(attempts).toEqual([]);
  });
});

describe("the approvals that are needed", () => {
  it.each([
    ["a deactivation", {}, {}, 1],
    ["a deactivation of a holder of a privileged role", {}, { privileged: true }, 2],
    ["taking roles from one", { change: "remove_roles" }, { privileged: true }, 2],
    ["moving one", { change: "move" }, { privileged: true }, 1],
    ["roles that give no privilege", { change: "add_roles" }, {}, 1],
    ["a privileged role", { change: "add_roles", addsPrivileged: true }, {}, 2],
    ["taking a role from a protected subject", { change: "remove_roles" }, { protected: true }, 2],
    ["a deactivation while legal hold is unknown", {}, { legalHold: "unknown" }, 2],
    ["roles while legal hold is unknown", { change: "add_roles" }, { legalHold: "unknown" }, 1],
    ["ten targets", { targets: 10 }, {}, 1],
    ["eleven targets", { targets: 11 }, {}, 2],
    ["a deactivation under legal hold", {}, { legalHold: "yes" }, null],
    ["roles under legal hold", { change: "remove_roles" }, { legalHold: "yes" }, 1],
  ] as const)("for %s are counted by the policies", (_what, change, subject, needed) => {
    const { authorizer } = authorizerFor(somePerson());
    const about = { subject: { ...NADIA, ...subject }, change: { ...ASKED, ...change } };
    expect(authorizer.approvalsNeeded(somePerson(), about)).toBe(needed);
  });

  it.each([
    [0, 0],
    [5, 5],
    [6, null],
  ])(
    "are %i where the policies ask for so many, and no number would do above five",
    async (asked, needed) => {
      const { schema, sources } = await loadPolicies("policies");
      const text = `@id("run")
      permit (principal in Incydr::Group::"insider-risk-analysts", action == Incydr::Action::"execute", resource);
      @id("enough") @reason("More approvals.")
      forbid (principal, action == Incydr::Action::"execute", resource) when { context.approvals < ${asked} };`;
      const few = parsePolicies({ ...sources, schema, files: [{ name: "10.cedar", text }] });
      const directory = { person: async () => somePerson(), idsByEmail: async () => [] };
      const authorizer = someAuthorizer({ engine: createPolicyEngine(few), directory });
      expect(authorizer.approvalsNeeded(somePerson(), { subject: NADIA, change: ASKED })).toBe(needed);
    },
  );

  it("are none that would do for somebody whose changes may not run", () => {
    const { authorizer } = authorizerFor(somePerson());
    const about = { subject: NADIA, change: ASKED };
    expect(authorizer.approvalsNeeded(somePerson({ groups: [] }), about)).toBeNull();
    expect(authorizer.approvalsNeeded(someLead(), about)).toBeNull();
    const themself = somePerson({ slackUserId: "U0NADIA" });
    expect(authorizer.approvalsNeeded(themself, about)).toBeNull();
  });
});

describe("the terms of a change", () => {
  const NONE: Terms = {
    expiryHours: null,
    remindAfterMinutes: null,
    escalateAfterMinutes: null,
    escalateTo: [],
    ratifyWithinHours: null,
  };

  it("are those of the policies that apply to it", () => {
    const { authorizer } = authorizerFor(somePerson());
    const about = { subject: NADIA, change: ASKED };
    expect(authorizer.terms(somePerson(), about)).toEqual({
      ...NONE,
      remindAfterMinutes: 60,
      escalateAfterMinutes: 240,
      escalateTo: ["insider-risk-leads"],
    });
    const jonas = somePerson({ slackUserId: "U0JONAS", groups: ["incident-responders"] });
    expect(authorizer.terms(jonas, { ...about, action: "emergency" })).toEqual({
      ...NONE,
      escalateTo: ["insider-risk-leads"],
      ratifyWithinHours: 24,
    });
  });

  it("are the strictest where several apply, and all who are named are asked", async () => {
    const set = await loadPolicies("policies");
    const stricter = set.policies.map((policy) =>
      policy.id === "two-approvals-for-privileged-roles"
        ? {
            ...policy,
            annotations: { expiryHours: "4", remindAfterMinutes: "90", escalateTo: "@boss, deputy" },
          }
        : policy.id === "analysts-request"
          ? { ...policy, annotations: { expiryHours: "8" } }
          : policy,
    );
    const authorizer = someAuthorizer({
      engine: createPolicyEngine({ ...set, policies: stricter, hash: "stricter" }),
      directory: { person: async () => somePerson(), idsByEmail: async () => [] },
    });
    const terms = (change: Partial<ChangeFacts>) =>
      authorizer.terms(somePerson(), { subject: NADIA, change: { ...ASKED, ...change } });
    expect(terms({ change: "add_roles", addsPrivileged: true })).toMatchObject({
      expiryHours: 4,
      remindAfterMinutes: 60,
      escalateTo: ["boss", "deputy", "insider-risk-leads"],
    });
    expect(terms({ change: "add_roles" }).expiryHours).toBe(8);
  });

  it("count those of the policies that let it run once it is approved", async () => {
    const set = await loadPolicies("policies");
    const [subject, change] = [NADIA, { ...ASKED, approvals: 1 }];
    const decision = engine.decide({ principal: somePerson(), action: "execute", subject, change });
    const running = decision.allowed ? decision.policyIds : [];
    const policies = set.policies.map((policy) => ({
      ...policy,
      annotations: running.includes(policy.id) ? { expiryHours: "3" } : {},
    }));
    const authorizer = someAuthorizer({
      engine: createPolicyEngine({ ...set, policies, hash: "running" }),
      directory: { person: async () => somePerson(), idsByEmail: async () => [] },
    });
    expect(authorizer.terms(somePerson(), { subject: NADIA, change: ASKED }).expiryHours).toBe(3);
  });
});

it("checks without auditing", () => {
  const { authorizer, attempts } = authorizerFor(somePerson());
  expect(authorizer.check(somePerson(), "approve", { subject: NADIA, change: ASKED }).allowed).toBe(false);
  expect(authorizer.check(someLead(), "approve", { subject: NADIA, change: ASKED }).allowed).toBe(true);
  expect(attempts).toEqual([]);
  expect(authorizer.policyHash).toBe(engine.hash);
});
