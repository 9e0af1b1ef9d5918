import { beforeAll, describe, expect, it } from "vitest";
import {
  createLivePolicies,
  createPolicyEngine,
  type ForbiddenAttempt,
  ForbiddenError,
  FRESH,
  loadPolicies,
  type PeopleDirectory,
  type PolicyEngine,
  parsePolicies,
} from "../../../src/authorization/index.ts";
import { subjectFacts } from "../../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, someFacts, someLead } from "../../support/domain-objects.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";

const ABOUT = {
  freshness: FRESH,
  subject: subjectFacts(someFacts(), ["U0NADIA"]),
  change: someChangeFacts(),
};
const DIRECTORY: PeopleDirectory = { person: async () => someLead(), idsByEmail: async () => [] };

/** The shipped policies, and the same with a rule that stops Theo. */
let lax: PolicyEngine;
let strict: PolicyEngine;
beforeAll(async () => {
  const set = await loadPolicies("policies");
  lax = createPolicyEngine(set);
  const text = `@id("not-theo") @reason("Theo is on leave.")
    forbid (principal == Incydr::Person::"U0THEO", action, resource);`;
  const files = [...set.sources.files, { name: "90.cedar", text }];
  strict = createPolicyEngine(parsePolicies({ ...set.sources, files }));
});

describe("policies that don't decide any more", () => {
  it.each(["lax", "strict"] as const)("say neither yes nor no, and nothing is audited: %s", async (which) => {
    const attempts: ForbiddenAttempt[] = [];
    const authorizer = someAuthorizer({
      engine: which === "lax" ? lax : strict,
      directory: DIRECTORY,
      decidingHash: async () => "newer",
      recordForbidden: async (attempt) => void attempts.push(attempt),
    });
    const differ = { code: "policies_differ" };
    for (const action of ["approve", "deny", "execute", "ratify", "cancel", "revoke", "request"] as const)
      await expect(authorizer.authorizeChange("U0THEO", action, ABOUT), action).rejects.toMatchObject(differ);
    for (const action of ["lookup", "list", "read_audit", "unfreeze"] as const)
      await expect(authorizer.authorize("U0THEO", action, ABOUT), action).rejects.toMatchObject(differ);
    const root = authorizer.authorizeCommandLine({ osUser: "root" }, "freeze");
    await expect(root).rejects.toMatchObject(differ);
    expect(attempts).toEqual([]);
  });

  it("still let a person freeze: the brake works whatever else doesn't", async () => {
    const decidingHash = () => Promise.reject(new Error("The database is away."));
    const authorizer = someAuthorizer({ engine: lax, directory: DIRECTORY, decidingHash });
    expect(await authorizer.authorize("U0THEO", "freeze", { freshness: FRESH })).toMatchObject({
      slackUserId: "U0THEO",
    });
  });
});

describe("policies that others take the place of", () => {
  it("decide what was asked of them, though they are replaced while Slack is asked who acts", async () => {
    const live = createLivePolicies(lax);
    const person = async () => {
      live.replaceBy(strict);
      return someLead();
    };
    const authorizer = someAuthorizer({
      engine: live,
      directory: { ...DIRECTORY, person },
      decidingHash: async () => lax.hash,
    });
    expect(await authorizer.authorizeChange("U0THEO", "approve", ABOUT)).toMatchObject({
      policyHash: lax.hash,
    });
  });

  it("stay those of an authorizer that was pinned before", async () => {
    const live = createLivePolicies(lax);
    const pinned = await someAuthorizer({ engine: live, directory: DIRECTORY }).pin();
    live.replaceBy(strict);
    expect(pinned.policyHash).toBe(lax.hash);
    expect(pinned.check(someLead(), "approve", ABOUT).allowed).toBe(true);
  });
});

it("an attempt that is forbidden is audited with its request and with what was tried", async () => {
  const attempts: ForbiddenAttempt[] = [];
  const recordForbidden = async (attempt: ForbiddenAttempt) => void attempts.push(attempt);
  const authorizer = await someAuthorizer({ engine: strict, directory: DIRECTORY, recordForbidden }).pin({
    attemptId: "click 1",
  });
  const click = authorizer.authorizeChange("U0THEO", "approve", { ...ABOUT, requestId: "CR-1" });
  await expect(click).rejects.toThrow(ForbiddenError);
  expect(attempts).toMatchObject([{ attemptId: "click 1", about: { requestId: "CR-1" } }]);
});
