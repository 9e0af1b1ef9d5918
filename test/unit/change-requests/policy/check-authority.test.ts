import { beforeAll, describe, expect, it } from "vitest";
import {
  type Authorizer,
  type ChangeFacts,
  createPolicyEngine,
  DirectoryUnavailableError,
  FRESH,
  type Freshness,
  loadPolicies,
  type PeopleDirectory,
  type Person,
  type PolicyEngine,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import type { ChannelContexts, OperatorRef } from "../../../../src/change-requests/index.ts";
import {
  checkAuthority,
  type PeopleSources,
} from "../../../../src/change-requests/policy/check-authority.ts";
import type { User } from "../../../../src/incydr/index.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import {
  someChannels,
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";

const PRIYA = someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" });
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" },
});

let engine: PolicyEngine;
beforeAll(async () => {
  engine = createPolicyEngine(await loadPolicies("policies"));
});

/** People as Slack knows them now; a `null` is somebody whom it doesn't know. */
function directoryOf(
  people: Readonly<Record<string, Person | null>>,
  { ids = [], asked }: { ids?: string[]; asked?: Set<Freshness> } = {},
): PeopleDirectory {
  const known: Readonly<Record<string, Person | null>> = {
    U0MAYA: somePerson(),
    U0THEO: someLead(),
    U0PRIYA: PRIYA,
    ...people,
  };
  return {
    async person(slackUserId, freshness) {
      asked?.add(freshness);
      const person = known[slackUserId];
      if (!person) throw new UnknownPersonError(slackUserId);
      return person;
    },
    idsByEmail: async () => ids,
  };
}

/** Everybody is one Incydr user, called as their Slack id unless `users` says otherwise. */
const identifyAs =
  (users: Readonly<Record<string, string>>) =>
  async ({ slackUserId }: Person) =>
    ({ userId: users[slackUserId] ?? slackUserId }) as User; // nothing else of it is looked at

function authorityOf(options: {
  people?: Readonly<Record<string, Person | null>>;
  directory?: PeopleDirectory;
  request?: Parameters<typeof someRequest>[0];
  facts?: Parameters<typeof someFacts>[0];
  users?: Readonly<Record<string, string>>;
  unratifiedEmergencies?: number;
  identify?: PeopleSources["identify"];
  channels?: ChannelContexts;
  /** Hears what the policies are asked about. */
  asked?: ChangeFacts[];
}) {
  const { asked, channels = someChannels(), identify = identifyAs(options.users ?? {}) } = options;
  const directory = options.directory ?? directoryOf(options.people ?? {});
  const unobserved = someAuthorizer({ engine, directory });
  const authorizer: Authorizer = {
    ...unobserved,
    check: (person, action, about) => {
      asked?.push(about.change);
      return unobserved.check(person, action, about);
    },
  };
  const request = someRequest({ state: "approved", decisions: [someDecision()], ...options.request });
  const [target] = request.targets;
  if (!target) throw new Error("The request has no target.");
  return checkAuthority({
    request,
    target,
    facts: someFacts(options.facts),
    unratifiedEmergencies: options.unratifiedEmergencies ?? 0,
    authorizer,
    people: { directory, channels, identify },
  });
}

describe("the authority for a write", () => {
  it("holds while the requester may run it and enough approvers may still approve", async () => {
    expect(await authorityOf({})).toEqual({ kind: "holds" });
  });

  it("is asked of people as fresh as invariant 2 wants it", async () => {
    const asked = new Set<Freshness>();
    await authorityOf({ directory: directoryOf({}, { asked }) });
    expect(asked).toEqual(new Set([FRESH]));
    expect(FRESH.maxAgeMs).toBeLessThanOrEqual(30_000);
  });

  it.each([
    ["has left their group", somePerson({ groups: [] })],
    ["is deactivated", somePerson({ isDeactivated: true })],
    ["has become a guest", somePerson({ isGuest: true })],
    ["is unknown to Slack", null],
  ])("is lost when the requester %s", async (_what, requester) => {
    expect(await authorityOf({ people: { U0MAYA: requester } })).toMatchObject({ kind: "requester_lost" });
  });

  it.each([
    ["has left their group", someLead({ groups: [] })],
    ["is deactivated", someLead({ isDeactivated: true })],
    ["is unknown to Slack", null],
  ])("lacks the approval of an approver who %s", async (_what, approver) => {
    expect(await authorityOf({ people: { U0THEO: approver } })).toEqual({
      kind: "approvals_lost",
      lost: [someDecision().approver],
      approvalsNeeded: 1,
      why: "An approver is no longer entitled to approve.",
    });
  });

  it("holds though one of several approvers lost theirs, when the others suffice", async () => {
    const decisions = [someDecision(), BY_PRIYA];
    expect(await authorityOf({ people: { U0THEO: null }, request: { decisions } })).toEqual({
      kind: "holds",
    });
  });

  it("lacks an approval when an approver turns out to be the subject", async () => {
    const directory = directoryOf({}, { ids: ["U0THEO"] });
    expect(await authorityOf({ directory })).toMatchObject({ lost: [{ slackUserId: "U0THEO" }] });
  });

  it.each([
    ["void", { void: true }],
    ["bound to other facts", { snapshotHash: "0".repeat(64) }],
    ["a denial", { verdict: "denial" }],
  ] as const)("does not count a decision that is %s", async (_what, patch) => {
    const decisions = [someDecision(patch)];
    expect(await authorityOf({ request: { decisions } })).toMatchObject({ kind: "approvals_lost" });
  });

  it("asks for as many approvals as the policy does now, and as it did then", async () => {
    const now = { facts: { protected: true } };
    expect(await authorityOf(now)).toEqual({
      kind: "approvals_lost",
      lost: [],
      approvalsNeeded: 2,
      why: "The policy asks for more approvals now.",
    });
    expect(await authorityOf({ request: { approvalsNeeded: 2 } })).toMatchObject({ kind: "approvals_lost" });
    const both = { decisions: [someDecision(), BY_PRIYA] };
    expect(await authorityOf({ ...now, request: both })).toEqual({ kind: "holds" });
  });

  it("is lost when the policy no longer permits the change at all", async () => {
    const facts = { legalHold: { fact: "yes", names: ["Meridian litigation"] } } as const;
    expect(await authorityOf({ facts })).toMatchObject({
      kind: "requester_lost",
      why: expect.stringContaining("under legal hold"),
    });
  });

  it.each([
    ["U0MAYA", { kind: "requester_lost" }],
    ["U0THEO", { kind: "approvals_lost", lost: [{ slackUserId: "U0THEO" }] }],
  ])("lacks what %s did, if they are no single Incydr user any more", async (gone, expected) => {
    const identify: PeopleSources["identify"] = async (person) => {
      if (person.slackUserId === gone) throw new UnmappedOperatorError(person);
      return identifyAs({})(person);
    };
    expect(await authorityOf({ identify })).toMatchObject(expected);
  });

  it("is asked about the whole change, and the channel where its card belongs now", async () => {
    const asked: ChangeFacts[] = [];
    const now = { private: true, shared: false, allowed: true };
    const inPublic = { private: false, shared: false, allowed: false };
    const channels: ChannelContexts = {
      ofNextCard: async () => now,
      ofPlace: async () => inPublic,
      ofCard: async () => inPublic,
      isCardUnseen: async () => false,
    };
    await authorityOf({ asked, channels, request: { targetCount: 3, othersOpen: [5, 6] } });
    expect(asked).toMatchObject([{ targets: 3, othersOpen: 2, approvals: 1, channel: now }]);
  });

  it("is not decided when Slack can't be asked", async () => {
    const directory: PeopleDirectory = {
      ...directoryOf({}),
      person: () => Promise.reject(new DirectoryUnavailableError(null)),
    };
    await expect(authorityOf({ directory })).rejects.toThrow(DirectoryUnavailableError);
  });

  describe("of an emergency", () => {
    const emergency = { ratifyWithinHours: 24, escalateTo: [] };
    const responder = somePerson({ groups: ["incident-responders"] });
    const of = (options: Partial<Parameters<typeof authorityOf>[0]>) =>
      authorityOf({
        people: { U0MAYA: responder },
        ...options,
        request: { emergency, decisions: [], approvalsNeeded: 0 },
      });

    it("holds without approvals, for whom the policy lets make one", async () => {
      expect(await of({})).toEqual({ kind: "holds" });
      expect(await of({ people: {} })).toEqual({
        kind: "requester_lost",
        why: "The requester is no longer entitled to this change.",
      });
    });

    it.each([
      ["protected", { protected: true }],
      ["privileged", { privileged: true }],
      ["held", { legalHold: { fact: "yes", names: ["Meridian litigation"] } }],
    ] as const)("is lost when the subject is %s meanwhile", async (_what, facts) => {
      expect(await of({ facts })).toMatchObject({ kind: "requester_lost" });
    });

    it("is asked about before everything else that waits for Incydr", async () => {
      const lanes: unknown[] = [];
      const identify: PeopleSources["identify"] = (person, lane) => {
        lanes.push(lane);
        return identifyAs({})(person);
      };
      await of({ identify });
      expect(lanes).toEqual(["emergency"]);
    });

    it("is lost when two others of theirs aren't ratified", async () => {
      expect(await of({ unratifiedEmergencies: 1 })).toEqual({ kind: "holds" });
      expect(await of({ unratifiedEmergencies: 2 })).toMatchObject({ kind: "requester_lost" });
    });
  });
});

describe("what was true when somebody acted counts as well as what is true now:", () => {
  const NADIA = { email: "nadia.petrov@harborlight.example", userId: someFacts().userId };
  const theoLost = { kind: "approvals_lost", lost: [{ slackUserId: "U0THEO" }] };
  const approvedBy = (approver: Partial<OperatorRef>) => ({
    decisions: [someDecision({ approver: { ...someDecision().approver, ...approver } })],
  });

  it("an approval by whoever has taken over the requester's address doesn't count", async () => {
    const people = {
      U0MAYA: somePerson({ email: "maya.weber@harborlight.example" }),
      U0THEO: someLead({ email: somePerson().email }),
    };
    expect(await authorityOf({ people })).toMatchObject(theoLost);
  });

  it("an approval by somebody who was the Incydr user that the requester was doesn't count", async () => {
    const requester = { ...someRequest().requester, userId: "7" };
    expect(await authorityOf({ request: { requester, ...approvedBy({ userId: "7" }) } })).toMatchObject(
      theoLost,
    );
  });

  it("of two approvals by people who had one address one after the other the first alone counts", async () => {
    const people = {
      U0THEO: someLead({ email: PRIYA.email }),
      U0PRIYA: someLead({ slackUserId: "U0PRIYA", email: null }),
    };
    const request = { approvalsNeeded: 2, decisions: [someDecision(), BY_PRIYA] };
    expect(await authorityOf({ people, request })).toMatchObject({ lost: [{ slackUserId: "U0PRIYA" }] });
  });

  it.each([
    ["had the subject's address", approvedBy({ email: NADIA.email }), {}, {}],
    ["was the subject", approvedBy({ userId: NADIA.userId }), {}, {}],
    ["is the subject", {}, {}, { U0THEO: NADIA.userId }],
    ["has the subject's address now", {}, { U0THEO: someLead({ email: NADIA.email }) }, {}],
  ] as const)("an approval by somebody who %s doesn't count", async (_who, request, people, users) => {
    expect(await authorityOf({ request, people, users })).toMatchObject(theoLost);
  });

  it("an approval by somebody whose address is the one that the subject was renamed to doesn't count", async () => {
    const facts = { username: someLead().email ?? "" };
    expect(await authorityOf({ facts })).toMatchObject(theoLost);
  });

  describe("of a subject who was renamed since the request,", () => {
    const facts = { username: "nadia.lang@harborlight.example" };

    it("the person who has the address of then is the subject", async () => {
      const people = { U0THEO: someLead({ email: NADIA.email }) };
      expect(await authorityOf({ facts, people })).toMatchObject(theoLost);
    });

    it("the person who is mapped to the username of then is the subject", async () => {
      const idsByEmail = async (email: string) => (email === NADIA.email ? ["U0THEO"] : []);
      const directory = { ...directoryOf({}), idsByEmail };
      expect(await authorityOf({ facts, directory })).toMatchObject(theoLost);
    });
  });

  it.each([
    ["has the subject's address", somePerson({ email: NADIA.email }), {}],
    ["is the subject in Incydr", somePerson(), { U0MAYA: NADIA.userId }],
  ] as const)("a request by somebody who %s now is not carried out", async (_who, requester, users) => {
    expect(await authorityOf({ people: { U0MAYA: requester }, users })).toMatchObject({
      kind: "requester_lost",
      why: "The requester is, or was, the subject.",
    });
  });
});

it("the policies are asked about the roles that the change gave and took when it was approved", async () => {
  const [desktop, proe] = someFacts().roles;
  if (!desktop || !proe) throw new Error("Nadia has too few roles.");
  const asked: ChangeFacts[] = [];
  const request = { change: { kind: "replace_roles", roles: [desktop] } } as const;
  await authorityOf({ request, facts: { roles: [desktop] }, asked });
  expect(new Set(asked.flatMap(({ roleNames }) => roleNames))).toEqual(new Set([proe.name]));
});

describe("two Slack accounts that are one Incydr user are one person:", () => {
  it("an approval by the requester's other account doesn't count", async () => {
    const users = { U0MAYA: "1", U0THEO: "1" };
    expect(await authorityOf({ users })).toMatchObject({
      kind: "approvals_lost",
      lost: [{ slackUserId: "U0THEO" }],
    });
  });

  it("of two approvals by them the first alone counts", async () => {
    const request = { approvalsNeeded: 2, decisions: [someDecision(), BY_PRIYA] };
    expect(await authorityOf({ request })).toEqual({ kind: "holds" });
    expect(await authorityOf({ request, users: { U0THEO: "1", U0PRIYA: "1" } })).toMatchObject({
      kind: "approvals_lost",
      lost: [{ slackUserId: "U0PRIYA" }],
    });
  });
});
