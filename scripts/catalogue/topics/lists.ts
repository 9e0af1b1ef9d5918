import { type ListedDevice, type ListedUsers, MOST_DEVICES } from "../../../src/change-requests/index.ts";
import { roleList } from "../../../src/slack/messages/command-answers.ts";
import { deviceList, roleMessage } from "../../../src/slack/messages/device-list.ts";
import { helpMessage, menuMessage } from "../../../src/slack/messages/help-messages.ts";
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
import { requestLists } from "./request-lists.ts";

/** Answers to look-ups, visible to one person. */
export function lookUps(): Topic {
  return joined(
    { help: helpMessage(null), menu: menuMessage() },
    ...[false, true].map((isFrozen) =>
      under(
        isFrozen ? "while frozen" : "as usual",
        joined(
          under("user", users(isFrozen)),
          under("users", userLists(isFrozen)),
          under("roles", roles(isFrozen)),
          under("requests", requestLists(isFrozen)),
          under("devices", devices()),
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
  const incomplete = Object.assign([...listed], { complete: false, skipped: [] });
  return {
    "all of them": roleList(listed, { isFrozen }),
    "a role without a name": roleList([{ roleId: "role-x", roleName: null }], { isFrozen }),
    "more than a message has room for": roleList(many, { isFrozen }),
    "the list may be incomplete": roleList(incomplete, { isFrozen }),
    none: roleList([], { isFrozen }),
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
function devices(): Topic {
  const list = ({ items = [LAPTOP], ...patch }: Partial<Parameters<typeof deviceList>[0]>) =>
    deviceList({
      ...{ kind: "devices", of: "device", username: "nadia.petrov@harborlight.example" },
      ...{ isComplete: true, isFiltered: false, items, total: items.length },
      ...patch,
    });
  const many = Array.from({ length: MOST_DEVICES }, (_, index) => ({ ...LAPTOP, name: `LT-${index}` }));
  const nothingSaid: ListedDevice = {
    ...{ name: null, host: null, active: null, blocked: null, os: null, version: null },
    ...{ lastConnected: null, alertState: null, issues: [] },
  };
  const permissions = Array.from({ length: 120 }, (_, index) => `permission.${index}`);
  return {
    one: list({}),
    "warnings of each kind": list({
      items: [1, 2].map((alertState) => ({ ...LAPTOP, alertState, active: false, blocked: true })),
      isFiltered: true,
    }),
    "nothing is said": list({ items: [nothingSaid, { ...LAPTOP, name: FORGED.name, host: FORGED.name }] }),
    "more than a message has room for": list({ items: many, total: 300, isComplete: false }),
    "none with filters": list({ items: [], isFiltered: true }),
    "none, and the list may be incomplete": list({ items: [], isComplete: false }),
    agents: list({ of: "agent", items: [{ ...LAPTOP, issues: ["NOT_CONNECTING", "NOT_SENDING"] }] }),
    "many agents": list({ of: "agent", items: many, total: 300 }),
    "a role": roleMessage({ kind: "role", role: { ...ROLES.alerts, permissions: ["alerts.read"] } }),
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
