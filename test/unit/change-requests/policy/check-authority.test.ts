import { describe, expect, it } from "vitest";
import {
  type Authorizer,
  type ChangeFacts,
  DirectoryUnavailableError,
  FRESH,
  type PeopleDirectory,
  type Person,
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
import { shippedPolicies, someAuthorizer } from "../../../support/stub-authorizer.ts";
import { watchedDirectory } from "../../../support/stub-ports.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const PRIYA = someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" });
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" },
});
const HOLDS = { kind: "holds" };
const engine = await shippedPolicies();

/** People as Slack knows them now; `null` is a person whom Slack doesn't know. `ids`: the subject's accounts. */
function directoryWith(people: Readonly<Record<string, Person | null>>, ids: string[] = []): PeopleDirectory {
  const known = { U0MAYA: somePerson(), U0THEO: someLead(), U0PRIYA: PRIYA, ...people };
  const directory = directoryOf(...Object.values(known).flatMap((person) => person ?? []));
  return { ...directory, idsByEmail: async () => ids };
}

/** Each person is the Incydr user of `users`, by default one with the id of their Slack account. */
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
  /** Gets the facts with which the policies are asked. */
  asked?: ChangeFacts[];
}) {
  const { asked, channels = someChannels(), identify = identifyAs(options.users ?? {}) } = options;
  const directory = options.directory ?? directoryWith(options.people ?? {});
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
  it("the authority holds while requester and approvers are entitled by groups of at most 30 s", async () => {
    const { directory, read } = watchedDirectory(directoryWith({}));
    expect(await authorityOf({ directory })).toEqual(HOLDS);
    expect(new Set(read)).toEqual(new Set([FRESH]));
    expect(FRESH.maxAgeMs).toBeLessThanOrEqual(30_000);
  });

  it.each([
    ["has left their group", somePerson({ groups: [] })],
    ["is deactivated", somePerson({ isDeactivated: true })],
    ["has become a guest", somePerson({ isGuest: true })],
    ["is unknown to Slack", null],
  ])("the authority is lost if the requester %s", async (_what, requester) => {
    expect(await authorityOf({ people: { U0MAYA: requester } })).toMatchObject({ kind: "requester_lost" });
  });

  it.each([
    ["has left their group", someLead({ groups: [] })],
    ["is deactivated", someLead({ isDeactivated: true })],
    ["is unknown to Slack", null],
  ])("an approval is lost if its approver %s", async (_what, approver) => {
    expect(await authorityOf({ people: { U0THEO: approver } })).toEqual({
      kind: "approvals_lost",
      lost: [someDecision().approver],
      approvalsNeeded: 1,
      why: "An approver is no longer entitled to approve.",
    });
  });

  it("the authority holds without one of several approvals if the others suffice", async () => {
    const decisions = [someDecision(), BY_PRIYA];
    expect(await authorityOf({ people: { U0THEO: null }, request: { decisions } })).toEqual(HOLDS);
  });

  it("an approval is lost if its approver turns out to be the subject", async () => {
    const directory = directoryWith({}, ["U0THEO"]);
    expect(await authorityOf({ directory })).toMatchObject({ lost: [{ slackUserId: "U0THEO" }] });
  });

  it.each([
    ["void", { void: true }],
    ["bound to other facts", { snapshotHash: "0".repeat(64) }],
    ["a denial", { verdict: "denial" }],
  ] as const)("a decision that is %s does not count", async (_what, patch) => {
    const decisions = [someDecision(patch)];
    expect(await authorityOf({ request: { decisions } })).toMatchObject({ kind: "approvals_lost" });
  });

  it("the stricter number of approvals of then and now is needed", async () => {
    const now = { facts: { protected: true } };
    expect(await authorityOf(now)).toEqual({
      kind: "approvals_lost",
      lost: [],
      approvalsNeeded: 2,
      why: "The policy asks for more approvals now.",
    });
    expect(await authorityOf({ request: { approvalsNeeded: 2 } })).toMatchObject({ kind: "approvals_lost" });
    const both = { decisions: [someDecision(), BY_PRIYA] };
    expect(await authorityOf({ ...now, request: both })).toEqual(HOLDS);
  });

  it("the authority is lost if the policies no longer permit the change at all", async () => {
    const facts = { legalHold: { fact: "yes", names: ["Meridian litigation"] } } as const;
    expect(await authorityOf({ facts })).toMatchObject({
      kind: "requester_lost",
      why: expect.stringContaining("under legal hold"),
    });
  });

  it.each([
    ["U0MAYA", { kind: "requester_lost" }],
    ["U0THEO", { kind: "approvals_lost", lost: [{ slackUserId: "U0THEO" }] }],
  ])("the act of %s does not count if they are no single Incydr user any more", async (gone, expected) => {
    const identify: PeopleSources["identify"] = async (person) => {
      if (person.slackUserId === gone) throw new UnmappedOperatorError(person);
      return identifyAs({})(person);
    };
    expect(await authorityOf({ identify })).toMatchObject(expected);
  });

  it("the policies are asked about the whole change and the channel where its card belongs now", async () => {
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

  it("the authority is not decided while Slack can't be asked", async () => {
    const directory: PeopleDirectory = {
      ...directoryWith({}),
      person: () => Promise.reject(new DirectoryUnavailableError(null)),
    };
    await expect(authorityOf({ directory })).rejects.toThrow(DirectoryUnavailableError);
  });

  describe("the authority for an emergency", () => {
    const emergency = { ratifyWithinHours: 24, escalateTo: [] };
    const responder = somePerson({ groups: ["incident-responders"] });
    const of = (options: Partial<Parameters<typeof authorityOf>[0]>) =>
      authorityOf({
        people: { U0MAYA: responder },
        ...options,
        request: { emergency, decisions: [], approvalsNeeded: 0 },
      });

    it("the authority holds without approvals for a person whom the policies let make an emergency", async () => {
      expect(await of({})).toEqual(HOLDS);
      expect(await of({ people: {} })).toEqual({
        kind: "requester_lost",
        why: "The requester is no longer entitled to this change.",
      });
    });

    it.each([
      ["protected", { protected: true }],
      ["privileged", { privileged: true }],
      ["held", { legalHold: { fact: "yes", names: ["Meridian litigation"] } }],
    ] as const)("the authority is lost if the subject is %s meanwhile", async (_what, facts) => {
      expect(await of({ facts })).toMatchObject({ kind: "requester_lost" });
    });

    it("the people of an emergency are identified before other work that waits for Incydr", async () => {
      const lanes: unknown[] = [];
      const identify: PeopleSources["identify"] = (person, lane) => {
        lanes.push(lane);
        return identifyAs({})(person);
      };
      await of({ identify });
      expect(lanes).toEqual(["emergency"]);
    });

    it("the authority is lost if two other emergencies of the requester are not ratified", async () => {
      expect(await of({ unratifiedEmergencies: 1 })).toEqual(HOLDS);
      expect(await of({ unratifiedEmergencies: 2 })).toMatchObject({ kind: "requester_lost" });
    });
  });
});

describe("the identities of then and of now", () => {
  const NADIA = { email: "nadia.petrov@harborlight.example", userId: someFacts().userId };
  const theoLost = { kind: "approvals_lost", lost: [{ slackUserId: "U0THEO" }] };
  const approvedBy = (approver: Partial<OperatorRef>) => ({
    decisions: [someDecision({ approver: { ...someDecision().approver, ...approver } })],
  });

  const people = {
    U0MAYA: somePerson({ email: "maya.weber@harborlight.example" }),
    U0THEO: someLead({ email: somePerson().email }),
  };
  const requester = { ...someRequest().requester, userId: "7" };
  const idsByEmail = async (email: string) => (email === NADIA.email ? ["U0THEO"] : []);
  const renamed = { username: "nadia.lang@harborlight.example" };
  it.each<[string, Parameters<typeof authorityOf>[0]]>([
    ["has the address that the requester had", { people }],
    ["was the requester's Incydr user", { request: { requester, ...approvedBy({ userId: "7" }) } }],
    ["is the requester's Incydr user", { users: { U0MAYA: "1", U0THEO: "1" } }],
    ["had the subject's address", { request: approvedBy({ email: NADIA.email }) }],
    ["was the subject", { request: approvedBy({ userId: NADIA.userId }) }],
    ["is the subject", { users: { U0THEO: NADIA.userId } }],
    ["has the subject's address now", { people: { U0THEO: someLead({ email: NADIA.email }) } }],
    ["has the address to which the subject was renamed", { facts: { username: someLead().email ?? "" } }],
    [
      "has the address that the subject had",
      { facts: renamed, people: { U0THEO: someLead({ email: NADIA.email }) } },
    ],
    [
      "is mapped to the username that the subject had",
      { facts: renamed, directory: { ...directoryWith({}), idsByEmail } },
    ],
  ])("an approval does not count if the approver %s", async (_who, options) => {
    expect(await authorityOf(options)).toMatchObject(theoLost);
  });

  it("only the first of two approvals under one address counts", async () => {
    const people = {
      U0THEO: someLead({ email: PRIYA.email }),
      U0PRIYA: someLead({ slackUserId: "U0PRIYA", email: null }),
    };
    const request = { approvalsNeeded: 2, decisions: [someDecision(), BY_PRIYA] };
    expect(await authorityOf({ people, request })).toMatchObject({ lost: [{ slackUserId: "U0PRIYA" }] });
  });

  it("only the first of two approvals by one Incydr user counts", async () => {
    const request = { approvalsNeeded: 2, decisions: [someDecision(), BY_PRIYA] };
    expect(await authorityOf({ request })).toEqual(HOLDS);
    expect(await authorityOf({ request, users: { U0THEO: "1", U0PRIYA: "1" } })).toMatchObject({
      kind: "approvals_lost",
      lost: [{ slackUserId: "U0PRIYA" }],
    });
  });

  it.each([
    ["has the subject's address", somePerson({ email: NADIA.email }), {}],
    ["is the subject in Incydr", somePerson(), { U0MAYA: NADIA.userId }],
  ] as const)("the authority is lost if the requester %s now", async (_who, maya, users) => {
    expect(await authorityOf({ people: { U0MAYA: maya }, users })).toMatchObject({
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
