import type {
  BotStatus,
  FoundOrg,
  ListedOrgs,
  ShownOrg,
  WhoAmI,
} from "../../../src/change-requests/index.ts";
import { answerMessage } from "../../../src/slack/messages/answer-message.ts";
import { orgListMessage, orgMessage } from "../../../src/slack/messages/org-messages.ts";
import { statusMessage, whoAmIMessage } from "../../../src/slack/messages/status-messages.ts";
import type { Topic } from "../entries.ts";
import { AT, FORGED, PEOPLE } from "../fixtures.ts";

const GUID = "11111111-0000-4000-8000-00000000000";

export const SALES: ShownOrg = {
  ...{ id: `${GUID}2`, name: "Sales", active: true, userCount: 24 },
  parent: { id: `${GUID}1`, name: "Harborlight" },
};

/** A page of organizations, as the directory has them. */
export function listedOrgsOf(patch: Partial<ListedOrgs> = {}): ListedOrgs {
  return {
    ...{ text: null, total: 1, offset: 0 },
    orgs: [
      {
        ...{ orgGuid: SALES.id, orgName: SALES.name, active: true, userCount: 24 },
        ...{ parentOrgGuid: `${GUID}1`, parentName: "Harborlight" },
      },
    ],
    age: { readOrgs: 7, isEveryOrgRead: true, oldestAgeMs: 30_000 },
    ...patch,
  };
}

/** Answers about organizations, visible to one person. */
export function orgs(isFrozen: boolean): Topic {
  const one = (patch: Partial<ShownOrg>) => orgMessage({ org: { ...SALES, ...patch } }, { isFrozen });
  const none = (patch: Partial<Extract<FoundOrg, { readonly org: null }>>) =>
    orgMessage({ org: null, why: "unknown", asked: "sale", choices: [], ...patch }, { isFrozen });
  const list = (patch: Partial<ListedOrgs>, age: Partial<ListedOrgs["age"]> = {}) => {
    const whole = listedOrgsOf(patch);
    return orgListMessage({ ...whole, age: { ...whole.age, ...age } }, { isFrozen });
  };
  const [org] = listedOrgsOf().orgs;
  if (!org) throw new Error("The fixture lists no organization.");
  const odd = [
    { ...org, orgGuid: "2", active: null, userCount: null, parentOrgGuid: null, parentName: null },
    { ...org, orgGuid: "3", active: false, userCount: 1, parentName: null },
    { ...org, orgGuid: "4", orgName: FORGED.org },
    { ...org, orgGuid: "x".repeat(128), orgName: "x".repeat(300) },
  ];
  const choices = [SALES, { id: `${GUID}3`, name: "Sales EMEA" }].map(({ id, name }) => ({ id, name }));
  return {
    one: one({}),
    "inactive, at the top": one({ active: false, parent: null }),
    "nothing is said": one({ active: null, userCount: null, parent: { id: "org", name: null } }),
    "a forged name": one({ name: FORGED.org }),
    "an id that no command takes": one({ id: "a b", parent: null }),
    "a name and an id that no command takes": one({ name: "Sales “B”", id: "a b", parent: null }),
    "no such organization": none({}),
    "no such organization, with similar ones": none({ choices }),
    "several of one name": none({
      why: "ambiguous",
      choices: choices.map(({ id }) => ({ id, name: "Sales" })),
    }),
    "the list may be incomplete": none({ why: "unclear" }),
    "the list may be incomplete, with similar ones": none({ why: "unclear", choices }),
    "which one": answerMessage({ kind: "which_org" }),
    "all of them": list({}),
    "one page of many": list({ total: 500, offset: 20, text: "sales" }),
    "unknown facts, forged and long names": list({ orgs: odd, total: 4 }),
    "more are still read": list({}, { isEveryOrgRead: false }),
    "none matches": list({ orgs: [], total: 0, text: "sale" }),
    "none at all": list({ orgs: [], total: 0 }, { readOrgs: 0, oldestAgeMs: null }),
    "none is known to match": list({ orgs: [], total: 0, text: "sale" }, { isEveryOrgRead: false }),
    "nothing was read yet": list(
      { orgs: [], total: 0 },
      { readOrgs: 0, isEveryOrgRead: false, oldestAgeMs: null },
    ),
  };
}

/** The status of a bot that works. */
export function botStatusOf(patch: Partial<BotStatus> = {}): BotStatus {
  const since = AT.asked.toISOString();
  return {
    ...{ freeze: null, isReadOnly: false, isQueueLate: false, stopped: [] },
    parts: ["database", "slack", "incydr"].map((name) => ({ name, state: "ok", since, code: null })),
    incydr: { pausedForMs: 0, requestsPerMinute: 300, sharing: "alone", replicas: 1 },
    policyHash: "0123456789abcdef0123456789abcdef",
    directory: {
      isKept: true,
      users: {
        ...{ readUsers: 320, expectedUsers: 320, isEveryUserRead: true, usersWithRoles: 120 },
        oldestAgeMs: 720_000,
      },
      orgs: { readOrgs: 7, isEveryOrgRead: true, oldestAgeMs: 720_000 },
    },
    ...{ version: "0.1.0", startedAt: since },
    ...patch,
  };
}

/** An analyst who can request. */
export function whoAmIOf(patch: Partial<WhoAmI> = {}): WhoAmI {
  return {
    ...{ slackUserId: PEOPLE.maya.slackUserId, displayName: "Maya Lindqvist", groupsAgeMinutes: 5 },
    incydr: {
      user: { userId: "300000000000000002", username: "maya.lindqvist@harborlight.example" },
      by: "email",
    },
    groups: [{ handle: "insider-risk-analysts", minutes: null }],
    may: [
      { action: "lookup", changes: null },
      { action: "list", changes: null },
      { action: "request", changes: null },
    ],
    ...patch,
  };
}

/** The answers to `/incydr status` and `/incydr whoami`. */
export function states(): Topic {
  const since = AT.asked.toISOString();
  const status = (patch: Partial<BotStatus> = {}) => statusMessage(botStatusOf(patch));
  const me = (patch: Partial<WhoAmI> = {}) => whoAmIMessage(whoAmIOf(patch));
  const username = "maya.lindqvist@harborlight.example";
  const { directory, incydr } = botStatusOf();
  return {
    "all works": status(),
    frozen: status({ freeze: { by: PEOPLE.theo.slackUserId, at: since } }),
    "read-only": status({ isReadOnly: true }),
    "parts fail": status({
      parts: [
        { name: "incydr", state: "failing", since, code: null },
        { name: "audit_delivery", state: "failing", since, code: "backlog" },
        { name: "restricted_channel", state: "unknown", since, code: null },
        { name: "later_part", state: "ok", since, code: null },
      ],
    }),
    "one part fails": status({ parts: [{ name: "later_part", state: "failing", since, code: null }] }),
    "work is late, and some has stopped": status({
      isQueueLate: true,
      stopped: ["publish_audit", "later_work"].map((job) => ({ job, reference: "7f3a" })),
    }),
    "Incydr is asked less": status({
      incydr: { ...incydr, pausedForMs: 12_000, sharing: "together", replicas: 2 },
    }),
    "without Redis, without a limit": status({
      incydr: { ...incydr, sharing: "cut_off", requestsPerMinute: null },
    }),
    "no directory": status({
      directory: {
        ...{ isKept: false, orgs: { readOrgs: 0, isEveryOrgRead: false, oldestAgeMs: null } },
        users: { ...directory.users, readUsers: 0, isEveryUserRead: false, oldestAgeMs: null },
      },
    }),
    "who I am": me(),
    "who I am, by OPERATOR_MAP": me({
      incydr: { user: { userId: "3", username }, by: "map" },
      groups: [{ handle: "insider-risk-leads", minutes: 125 }],
      may: [{ action: "request", changes: ["deactivate", "add_roles"] }],
    }),
    "who I am, without an e-mail and without groups": me({
      incydr: { user: null, why: "no_address" },
      groups: [],
    }),
    "who I am, without a user": me({ incydr: { user: null, why: "none", by: "email", username } }),
    "who I am, without the mapped user": me({ incydr: { user: null, why: "none", by: "map", username } }),
    "who I am, while Incydr does not answer": me({
      incydr: { user: null, why: "unavailable", by: "email", username },
    }),
  };
}
