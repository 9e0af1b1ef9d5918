import type * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { isCommandLine, type Person, type Principal, principalId } from "./person.ts";
import type { ChangeFacts, Question, SubjectFacts } from "./questions.ts";

/** What Cedar is asked, in its own words. */
export interface CedarRequest {
  readonly principal: cedar.TypeAndId;
  readonly action: cedar.TypeAndId;
  readonly resource: cedar.TypeAndId;
  readonly context: cedar.Context;
  readonly entities: cedar.Entities;
}

const NAMESPACE = "Incydr";
const TENANT: cedar.EntityJson = { uid: uid("Tenant", "tenant"), attrs: {}, parents: [] };

/** Minutes that stand for a membership which is older than the bot's first look at the group. */
const SINCE_EVER_MINUTES = 1_000_000;

/**
 * Puts a question into Cedar's words, with only the entities that it is about. `groupsThatMay` are the
 * groups whose members the policies let do this: the time in them is what `minutesInGroup` tells.
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
 * The longest time in a group that lets them act: who has been a lead for years is none less for a new group.
 * Whoever is in none of them isn't stopped for being new there; nothing permits it to them anyway.
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
