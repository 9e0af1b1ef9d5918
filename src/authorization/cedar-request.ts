import type * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { isCommandLine, type Person, type Principal, principalId } from "./person.ts";
import type { ChangeFacts, Question, SubjectFacts } from "./questions.ts";

export interface CedarRequest {
  readonly principal: cedar.TypeAndId;
  readonly action: cedar.TypeAndId;
  readonly resource: cedar.TypeAndId;
  readonly context: cedar.Context;
  readonly entities: cedar.Entities;
}

const NAMESPACE = "Incydr";
const TENANT: cedar.EntityJson = { uid: uid("Tenant", "tenant"), attrs: {}, parents: [] };

/** Stands for a membership that began before the bot first read the group. */
const SINCE_EVER_MINUTES = 1_000_000;

/**
 * Translates a question for Cedar, with only the entities that it names. `groupsThatMay` are the groups to whose members
 * policies permit the action; `minutesInGroup` is the time in those groups.
 */
export function cedarRequest(question: Question, groupsThatMay: readonly string[]): CedarRequest {
  const { principal, action } = question;
  const subject = "subject" in question ? subjectEntity(question.subject) : TENANT;
  return {
    principal: principalUid(principal),
    action: uid("Action", action),
    resource: subject.uid as cedar.TypeAndId, // made by `uid`
    context:
      "change" in question
        ? contextOf(question.change, minutesInGroup(question.principal, groupsThatMay))
        : {},
    entities: [...principalEntities(principal), subject],
  };
}

function principalUid(principal: Principal): cedar.TypeAndId {
  return uid(isCommandLine(principal) ? "CommandLine" : "Person", principalId(principal));
}

function uid(type: string, id: string): cedar.TypeAndId {
  return { type: `${NAMESPACE}::${type}`, id };
}

/**
 * The longest time in any group that permits the action: a new group must not weaken an old membership. A person in none
 * of these groups counts as an old member, because the missing permission already stops them.
 */
function minutesInGroup({ groups, minutesInGroups }: Person, groupsThatMay: readonly string[]): number {
  const theirs = groups.filter((handle) => groupsThatMay.includes(handle));
  if (theirs.length === 0) return SINCE_EVER_MINUTES;
  const minutes = theirs.map((handle) => {
    const known = minutesInGroups[handle];
    return known === null ? SINCE_EVER_MINUTES : Math.floor(known ?? 0);
  });
  return Math.max(...minutes);
}

function contextOf(change: ChangeFacts, minutes: number): cedar.Context {
  return {
    change: change.change,
    roles: [...change.roleNames],
    rolesPrivileged: change.rolesPrivileged,
    addsPrivileged: change.addsPrivileged,
    targets: change.targets,
    ...(change.grantHours === null ? {} : { grantHours: Math.ceil(change.grantHours) }),
    requester: { __entity: uid("Person", change.requesterSlackId) },
    approvals: change.approvals,
    minutesInGroup: minutes,
    unratifiedEmergencies: change.unratifiedEmergencies,
    othersOpen: change.othersOpen,
    ...(change.channel === null ? {} : { channel: { ...change.channel } }),
  };
}

function principalEntities(principal: Principal): cedar.EntityJson[] {
  if (isCommandLine(principal)) return [{ uid: principalUid(principal), attrs: {}, parents: [] }];
  const groups = principal.groups.map((handle) => uid("Group", handle));
  const attrs = {
    ...(principal.email === null ? {} : { email: principal.email }),
    guest: principal.isGuest,
    bot: principal.isBot,
    deactivated: principal.isDeactivated,
    otherCompany: principal.isOtherCompany,
  };
  return [
    { uid: principalUid(principal), attrs, parents: groups },
    ...groups.map((group) => ({ uid: group, attrs: {}, parents: [] })),
  ];
}

function subjectEntity(subject: SubjectFacts): cedar.EntityJson {
  return {
    uid: uid("Subject", subject.userId),
    attrs: {
      username: subject.username.toLowerCase(),
      org: subject.org,
      people: subject.slackUserIds.map((id) => ({ __entity: uid("Person", id) })),
      active: subject.active,
      roles: [...subject.roleNames],
      privileged: subject.privileged,
      protected: subject.protected,
      legalHold: subject.legalHold,
    },
    parents: [],
  };
}
