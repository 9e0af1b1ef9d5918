import type { Channel, Person, Workspace } from "../state/workspace.ts";

/** `channel` of an interaction payload. */
export function channelOf(channel: Channel): Record<string, unknown> {
  return { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name };
}

/** The fields of every interaction payload. */
export function interactionBase(
  type: string,
  person: Person,
  workspace: Workspace,
  token: string,
): Record<string, unknown> {
  return {
    type,
    team: teamOf(person, workspace),
    user: userOf(person),
    api_app_id: workspace.app.appId,
    token,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** `user` of an interaction payload. */
function userOf(person: Person): Record<string, unknown> {
  return { id: person.id, username: person.username, name: person.username, team_id: person.teamId };
}

/** `team` of an interaction payload: the team of the acting person, which may differ from the app's team. */
function teamOf(person: Person, workspace: Workspace): Record<string, unknown> {
  const domain = person.teamId === workspace.team.id ? workspace.team.domain : person.teamId.toLowerCase();
  return { id: person.teamId, domain };
}
