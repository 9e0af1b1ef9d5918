import { z } from "zod";
import { CHANGE_KINDS } from "./actions-and-kinds.ts";
import { type Principal, principalId } from "./person.ts";
import type { ChangeFacts, SubjectFacts } from "./questions.ts";

// People, subjects and changes of policy cases and of the matrix. Each property that a file leaves out has a default.

const personShape = z.strictObject({
  groups: z.array(z.string()).optional(),
  email: z.string().nullable().optional(),
  guest: z.boolean().optional(),
  bot: z.boolean().optional(),
  deactivated: z.boolean().optional(),
  otherCompany: z.boolean().optional(),
  /** In each of the person's groups; default: longer than any policy asks for. */
  minutesInGroup: z.number().optional(),
  /** The name of a command line user. */
  commandLine: z.string().optional(),
});

const subjectShape = z.strictObject({
  username: z.string().optional(),
  org: z.string().optional(),
  /** Names of the people who have this account; `who acts` is the person of the case. */
  people: z.array(z.string()).optional(),
  active: z.boolean().optional(),
  roles: z.array(z.string()).optional(),
  privileged: z.boolean().optional(),
  protected: z.boolean().optional(),
  legalHold: z.enum(["yes", "no", "unknown"]).optional(),
});

/** A change in a case. The default is a deactivation without special facts, requested by another person. */
export const changeShape = z.strictObject({
  change: z.enum(CHANGE_KINDS).optional(),
  roles: z.array(z.string()).optional(),
  rolesPrivileged: z.boolean().optional(),
  addsPrivileged: z.boolean().optional(),
  targets: z.number().optional(),
  grantHours: z.number().optional(),
  /** The name of a person; `who acts` is the person of the case. */
  requester: z.string().optional(),
  approvals: z.number().optional(),
  unratifiedEmergencies: z.number().optional(),
  othersOpen: z.number().optional(),
  channel: z.strictObject({ private: z.boolean(), shared: z.boolean(), allowed: z.boolean() }).optional(),
});

/** A copy of the person that `like` names, with some other properties. */
export const whoPatch = personShape.extend({ like: z.string() });
/** A copy of the subject that `like` names, with some other properties. */
export const subjectPatch = subjectShape.extend({ like: z.string() });

/** The content of `fixtures.json`: people and subjects, by the names that the cases use. */
export const caseFixturesShape = z.strictObject({
  people: z.record(z.string(), personShape),
  subjects: z.record(z.string(), subjectShape),
});
export type CaseFixtures = z.infer<typeof caseFixturesShape>;

/** In a case, the name of the person who acts. */
const WHO_ACTS = "who acts";

/** A person of the fixtures. @throws if there is none of that name. */
export function personOf(fixtures: CaseFixtures, who: string | z.infer<typeof whoPatch>): Principal {
  const { like, ...patch } = typeof who === "string" ? { like: who } : who;
  const known = fixtures.people[like];
  if (!known) throw new Error(`fixtures.json has no person named “${like}”.`);
  const person = { ...known, ...patch };
  if (person.commandLine !== undefined) return { osUser: person.commandLine };
  const { groups = [], minutesInGroup = null } = person;
  return {
    slackUserId: like,
    displayName: like,
    email: person.email === undefined ? addressOf(like) : person.email,
    isGuest: person.guest ?? false,
    isBot: person.bot ?? false,
    isDeactivated: person.deactivated ?? false,
    isOtherCompany: person.otherCompany ?? false,
    groups,
    minutesInGroups: Object.fromEntries(groups.map((handle) => [handle, minutesInGroup])),
  };
}

/** A subject of the fixtures. @throws if there is none of that name. */
export function subjectOf(
  fixtures: CaseFixtures,
  subject: string | z.infer<typeof subjectPatch>,
  whoActs: Principal,
): SubjectFacts {
  const { like, ...patch } = typeof subject === "string" ? { like: subject } : subject;
  const known = fixtures.subjects[like];
  if (!known) throw new Error(`fixtures.json has no subject named “${like}”.`);
  const { people = [], ...facts } = { ...known, ...patch };
  return {
    userId: like,
    username: facts.username ?? addressOf(like),
    org: facts.org ?? "Research",
    slackUserIds: people.map((name) => idOf(fixtures, name, whoActs)),
    active: facts.active ?? true,
    roleNames: facts.roles ?? [],
    privileged: facts.privileged ?? false,
    protected: facts.protected ?? false,
    legalHold: facts.legalHold ?? "no",
  };
}

/** The change of a case. @throws if the fixtures do not have its requester. */
export function changeOf(
  fixtures: CaseFixtures,
  change: z.infer<typeof changeShape>,
  whoActs: Principal,
): ChangeFacts {
  const { requester, roles = [], ...facts } = change;
  return {
    change: facts.change ?? "deactivate",
    roleNames: roles,
    rolesPrivileged: facts.rolesPrivileged ?? facts.addsPrivileged ?? false,
    addsPrivileged: facts.addsPrivileged ?? false,
    targets: facts.targets ?? 1,
    grantHours: facts.grantHours ?? null,
    requesterSlackId: requester === undefined ? "somebody else" : idOf(fixtures, requester, whoActs),
    approvals: facts.approvals ?? 0,
    unratifiedEmergencies: facts.unratifiedEmergencies ?? 0,
    othersOpen: facts.othersOpen ?? 0,
    channel: facts.channel ?? null,
  };
}

function idOf(fixtures: CaseFixtures, name: string, whoActs: Principal): string {
  return principalId(name === WHO_ACTS ? whoActs : personOf(fixtures, name));
}

function addressOf(name: string): string {
  return `${name.replaceAll(" ", ".")}@example.com`;
}
