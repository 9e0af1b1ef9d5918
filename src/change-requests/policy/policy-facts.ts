import type {
  ChangeFacts,
  ChannelContext,
  PeopleDirectory,
  SubjectFacts,
} from "../../authorization/index.ts";
import type { RoleRef, SubjectState } from "../../subjects/index.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import { subjectSlackIds } from "../confidentiality/subject-slack-ids.ts";
import {
  addsPrivileged,
  type Change,
  grantHoursOf,
  privilegedRolesOf,
  rolesTouched,
} from "../model/change.ts";
import { type ChangeRequest, validApprovals } from "../model/change-request.ts";

export interface RequestFactSources {
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
}

/** The policy input of a stored request, by its targets. @throws {DirectoryUnavailableError} if Slack can't be read */
export async function factsOfRequest(
  request: ChangeRequest,
  { directory, channels }: RequestFactSources,
): Promise<readonly PolicyInput[]> {
  const [subjects, channel] = await Promise.all([
    Promise.all(
      request.targets.map(async (target) =>
        subjectFacts(target.facts, await subjectSlackIds(target, directory)),
      ),
    ),
    channels.ofCard(request),
  ]);
  return request.targets.map((target, index) => ({
    subject: subjects[index] as SubjectFacts, // one for each target
    change: changeFacts({
      change: request.change,
      held: target.facts.roles,
      requesterSlackId: request.requester.slackUserId,
      approvals: validApprovals(request).length,
      othersOpen: request.othersOpen.length,
      targets: request.targetCount,
      channel,
    }),
  }));
}

/** The facts of a change to one subject for the policies. */
export interface PolicyInput {
  readonly subject: SubjectFacts;
  readonly change: ChangeFacts;
}

export function subjectFacts(facts: SubjectState, slackUserIds: readonly string[]): SubjectFacts {
  return {
    userId: facts.userId,
    username: facts.username,
    org: facts.orgName,
    slackUserIds: [...new Set(slackUserIds)],
    active: facts.active,
    roleNames: facts.roles.map(({ name }) => name),
    privileged: facts.privileged,
    protected: facts.protected,
    legalHold: facts.legalHold.fact,
  };
}

/** The facts of a change for the policies. By default nothing else is open, and the channel is unknown. */
export function changeFacts(options: {
  change: Change;
  /** The roles that the subject held at the request. */
  held: readonly RoleRef[];
  requesterSlackId: string;
  approvals: number;
  targets: number;
  /** The requester's, without this change. */
  unratifiedEmergencies?: number;
  /** Other requests about the subject that were open at the request. */
  othersOpen?: number;
  channel?: ChannelContext | null;
}): ChangeFacts {
  const { change, held, unratifiedEmergencies = 0, othersOpen = 0, channel = null, ...given } = options;
  return {
    ...given,
    change: change.kind,
    roleNames: rolesTouched(change, held).map(({ name }) => name),
    rolesPrivileged: privilegedRolesOf(change, held).length > 0,
    addsPrivileged: addsPrivileged(change, held),
    grantHours: grantHoursOf(change),
    unratifiedEmergencies,
    othersOpen,
    channel,
  };
}
