import {
  DEVICES_ON_A_PAGE,
  type ListedDevice,
  type ListedPage,
  type ListedUsers,
} from "../../../src/change-requests/index.ts";
import { deviceList } from "../../../src/slack/messages/device-list.ts";
import { helpMessage, menuMessage } from "../../../src/slack/messages/help-messages.ts";
import { heldRoles, roleList, roleMessage } from "../../../src/slack/messages/role-messages.ts";
import { subjectCard } from "../../../src/slack/messages/subject-card.ts";
import { userListMessage } from "../../../src/slack/messages/user-list.ts";
import {
  freezeAnnouncement,
  frozenAnswer,
  readOnlyAnnouncement,
  unfrozenAnswer,
} from "../../../src/slack/texts/freeze-texts.ts";
import { joined, type Topic, under } from "../entries.ts";
import { AT, FORGED, factsOf, grantOf, listedUsersOf, PEOPLE, ROLES } from "../fixtures.ts";
import { plainTexts } from "./plain-texts.ts";
import { requestLists } from "./request-lists.ts";
import { orgs, states } from "./tenant.ts";

/** Answers to look-ups, visible to one person. */
export function lookUps(): Topic {
  return joined(
    { help: helpMessage(null), menu: menuMessage() },
    under("status", states()),
    under("as plain text", plainTexts()),
    ...[false, true].map((isFrozen) =>
      under(
        isFrozen ? "while frozen" : "as usual",
        joined(
          under("user", users(isFrozen)),
          under("users", userLists(isFrozen)),
          under("roles", roles(isFrozen)),
          under("requests", requestLists(isFrozen)),
          under("devices", devices(isFrozen)),
          under("orgs", orgs(isFrozen)),
        ),
      ),
    ),
  );
}

function users(isFrozen: boolean): Topic {
  const card = (
    facts: Parameters<typeof factsOf>[0],
    options: Partial<Parameters<typeof subjectCard>[1]> = {},
  ) => subjectCard(factsOf(facts), { grants: [], userLinkTemplate: null, isFrozen, ...options });
  return {
    "as most are": card({}),
    "with a link to Incydr": card({}, { userLinkTemplate: "https://incydr.example/users/{userId}" }),
    "holds temporary roles": card(
      {},
      { grants: [grantOf(), grantOf({ state: "revoking", role: ROLES.watchlists })] },
    ),
    "temporary roles could not be checked": card({}, { grants: null }),
    "inactive, blocked, without roles": card({ active: false, blocked: true, roles: [] }),
    "every fact is there": card({
      roles: [ROLES.admin, ROLES.desktop],
      devices: { fact: "yes", names: ["NADIA-LAPTOP"] },
      agents: { fact: "yes", names: ["NADIA-LAPTOP"] },
      legalHold: { fact: "yes", names: ["Matter 12"] },
      watchlists: { fact: "yes", names: ["Departing"] },
    }),
    "nothing could be read": card({
      devices: { fact: "unknown", names: [] },
      agents: { fact: "unknown", names: [], notAsked: true },
      legalHold: { fact: "unknown", names: [] },
      watchlists: { fact: "unknown", names: [] },
      protected: true,
    }),
    "forged texts": card({ displayName: FORGED.name, username: FORGED.username, orgName: FORGED.org }),
  };
}

function userLists(isFrozen: boolean): Topic {
  const of = (list: Partial<ListedUsers>, age: Partial<ListedUsers["age"]> = {}) => {
    const whole = listedUsersOf(list);
    return userListMessage({ ...whole, age: { ...whole.age, ...age } }, { isFrozen });
  };
  const filter = { text: null, active: null, blocked: null, org: null, role: null };
  const [user] = listedUsersOf().users;
  if (!user) throw new Error("The fixture lists no user.");
  const odd = [
    { ...user, userId: "2", active: null, blocked: null, orgName: null },
    { ...user, userId: "3", active: false, blocked: true },
    { ...user, userId: "x".repeat(128) },
    { ...user, userId: "4", displayName: FORGED.name, username: FORGED.username, orgName: FORGED.org },
    { ...user, userId: "5", displayName: "x".repeat(255), username: "y".repeat(255) },
  ];
  return {
    "all of them": of({ total: 1 }),
    "one page of many, by every filter": of({
      ...{ total: 9_412, offset: 20, mayMatch: 1_203 },
      filter: { text: "nadia", active: true, blocked: false, org: "Sales", role: "Alert Emails" },
    }),
    "inactive and blocked": of({ filter: { ...filter, active: false, blocked: true }, mayMatch: 1 }),
    "unknown facts, a long id, forged and long texts": of({ users: odd, total: 5 }),
    "more are still read": of({ total: 1 }, { isEveryUserRead: false, oldestAgeMs: 180 * 60_000 }),
    "more are still read, without a total": of(
      { total: 1 },
      { isEveryUserRead: false, expectedUsers: null, oldestAgeMs: 72 * 3_600_000 },
    ),
    "nobody matches": of({ users: [], total: 0 }),
    "nobody is known to match": of({ users: [], total: 0, mayMatch: 2 }),
    "nothing was read yet": of(
      { users: [], total: 0 },
      { readUsers: 0, expectedUsers: null, isEveryUserRead: false, oldestAgeMs: null },
    ),
  };
}

function roles(isFrozen: boolean): Topic {
  const listed = Object.values(ROLES).map(({ id, name }) => ({ roleId: id, roleName: name }));
  const many = Array.from({ length: 40 }, (_, index) => ({
    roleId: `role-${index}`,
    roleName: `Role ${index}`,
  }));
  const list = (
    shown: typeof many,
    page: ListedPage = { first: 1, isMore: false, total: shown.length, previous: null, next: null },
    isComplete = true,
  ) => roleList({ kind: "roles", roles: shown, page, isComplete, isFrozen });
  return {
    "all of them": list(listed),
    "a role without a name": roleList({
      ...{ kind: "roles", roles: [{ roleId: "role-x", roleName: null }], isComplete: true, isFrozen },
    }),
    "a page of many": list(many.slice(0, 30), {
      ...{ first: 31, isMore: false },
      total: 412,
      previous: "roles --page 1",
      next: "roles --page 3",
    }),
    "the list may be incomplete": list(listed, undefined, false),
    none: list([]),
    ...under("of a user", rolesOfUser(isFrozen)),
  };
}

function rolesOfUser(isFrozen: boolean): Topic {
  const dated = { createdAt: AT.asked.toISOString(), modifiedAt: AT.decided.toISOString() };
  const held = (patch: Partial<Parameters<typeof heldRoles>[0]>) =>
    heldRoles({
      ...{ kind: "held_roles", userId: "4711", username: "nadia.petrov@harborlight.example", isFrozen },
      ...{ page: { first: 1, isMore: false, total: 2, previous: null, next: null }, grants: [] },
      roles: [
        { ...ROLES.admin, ...dated },
        { ...ROLES.alerts, createdAt: dated.createdAt, modifiedAt: dated.createdAt },
      ],
      ...patch,
    });
  const grant = { requestId: 17, username: "nadia.petrov@harborlight.example", role: ROLES.alerts };
  const endsAt = AT.decided.toISOString();
  return {
    "with dates": held({}),
    "one is temporary": held({ grants: [{ ...grant, state: "active", endsAt }] }),
    "one is being removed": held({ grants: [{ ...grant, state: "revoking", endsAt }] }),
    "temporary roles could not be checked": held({ grants: null }),
    "a page of many, without dates": held({
      roles: [{ ...ROLES.alerts, createdAt: null, modifiedAt: null }],
      page: { first: 31, isMore: false, total: 62, previous: "roles 4711 --page 1", next: null },
    }),
    none: held({ roles: [], page: { first: 1, isMore: false, total: 0, previous: null, next: null } }),
  };
}

const LAPTOP: ListedDevice = {
  ...{
    name: "LT-4711",
    host: "lt-4711.example",
    active: true,
    blocked: false,
    os: "Windows 11",
    version: "11.4",
  },
  ...{ lastConnected: AT.asked.toISOString(), alertState: 0, issues: [] },
};

/** Lists of devices and agents, and roles. */
function devices(isFrozen: boolean): Topic {
  const list = ({ items = [LAPTOP], ...patch }: Partial<Parameters<typeof deviceList>[0]>) =>
    deviceList({
      ...{ kind: "devices", of: "device", username: "nadia.petrov@harborlight.example" },
      ...{ isComplete: true, isFiltered: false, items, total: items.length, isFrozen },
      order: { by: "name", isDescending: false },
      ...patch,
    });
  const many = Array.from({ length: DEVICES_ON_A_PAGE }, (_, index) => ({ ...LAPTOP, name: `LT-${index}` }));
  const nothingSaid: ListedDevice = {
    ...{ name: null, host: null, active: null, blocked: null, os: null, version: null },
    ...{ lastConnected: null, alertState: null, issues: [] },
  };
  const holders = (total: number, age: Partial<ListedUsers["age"]> = {}) => {
    const whole = listedUsersOf({ total, ...(total === 0 ? { users: [] } : {}) });
    const filter = { text: null, active: null, blocked: null, org: null, role: ROLES.alerts.id };
    return { ...whole, filter, age: { ...whole.age, ...age } };
  };
  const permissions = Array.from({ length: 120 }, (_, index) => `permission.${index}`);
  return {
    one: list({}),
    "warnings of each kind": list({
      items: [1, 2].map((alertState) => ({ ...LAPTOP, alertState, active: false, blocked: true })),
      isFiltered: true,
      order: { by: "last-connected", isDescending: true },
    }),
    "nothing is said": list({ items: [nothingSaid] }),
    "forged texts": list({
      items: [
        { ...LAPTOP, name: FORGED.name, host: FORGED.name },
        { ...LAPTOP, name: "not known" },
      ],
    }),
    "an alert that the bot doesn't know": list({ items: [{ ...LAPTOP, alertState: 7, blocked: null }] }),
    "a page of many, by operating system": list({
      ...{ items: many, total: 300, isComplete: false, offset: 15, order: { by: "os", isDescending: false } },
      previous: "devices 300000000000000001 --sort os --page 1",
      next: "devices 300000000000000001 --sort os --page 3",
    }),
    "the last page, with one device, by host": list({
      ...{ total: 16, offset: 15, order: { by: "host", isDescending: false } },
      previous: "devices 300000000000000001 --sort host --page 1",
    }),
    "as an earlier version stored it": deviceList({
      ...{ kind: "devices", of: "device", username: "nadia.petrov@harborlight.example", items: many },
      ...{ total: 300, isComplete: true, isFiltered: false },
    }),
    "none with filters": list({ items: [], isFiltered: true }),
    "none, and the list may be incomplete": list({ items: [], isComplete: false }),
    agents: list({ of: "agent", items: [{ ...LAPTOP, issues: ["NOT_CONNECTING", "NOT_SENDING"] }] }),
    "an agent with many issues": list({
      of: "agent",
      items: [{ ...LAPTOP, issues: ["NOT_CONNECTING", "NOT_SENDING", "A", "B"] }],
    }),
    "agents without issues": list({ of: "agent", items: many, total: 15 }),
    "a role": roleMessage({
      ...{ kind: "role", role: { ...ROLES.alerts, permissions: ["alerts.read"] } },
      holders: holders(12),
    }),
    "a role that nobody is known to hold": roleMessage({
      ...{ kind: "role", role: { ...ROLES.alerts, permissions: ["alerts.read"] } },
      holders: holders(0, { isEveryUserRead: false }),
    }),
    "a role that nobody holds": roleMessage({
      ...{ kind: "role", role: { ...ROLES.alerts, permissions: ["alerts.read"] } },
      holders: holders(0),
    }),
    "a privileged role without permissions": roleMessage({
      kind: "role",
      role: { ...ROLES.admin, permissions: [] },
    }),
    "a role with many permissions": roleMessage({ kind: "role", role: { ...ROLES.alerts, permissions } }),
  };
}

/** Answers to freeze and unfreeze, and their announcements in the approvals channel. */
export function freezes(): Topic {
  const by = PEOPLE.theo.slackUserId;
  const frozen = { by, at: AT.decided.toISOString(), ended: null };
  const over = { ...frozen, ended: { by: PEOPLE.iris.slackUserId, at: AT.later.toISOString() } };
  return joined(
    {
      "answer · frozen": frozenAnswer(),
      "answer · unfrozen": unfrozenAnswer({ isReadOnly: false }),
      "answer · unfrozen, still read-only": unfrozenAnswer({ isReadOnly: true }),
    },
    under("announcement", {
      frozen: freezeAnnouncement(frozen, { isReadOnly: false }),
      unfrozen: freezeAnnouncement(over, { isReadOnly: false }),
      "unfrozen, still read-only": freezeAnnouncement(over, { isReadOnly: true }),
      "unfrozen, and frozen again": freezeAnnouncement(over, { isReadOnly: false, isFrozenAgain: true }),
      "read-only by configuration": readOnlyAnnouncement(true),
      "no longer read-only": readOnlyAnnouncement(false),
    }),
  );
}
