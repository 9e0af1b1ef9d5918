import type { SlackState } from "../state/slack-state.ts";
import type { UserGroup } from "../state/workspace.ts";

/** A user group in answers and events. Source: https://docs.slack.dev/reference/objects/usergroup-object */
export function groupPayload(
  group: UserGroup,
  state: SlackState,
  { includeUsers }: { includeUsers: boolean },
): Record<string, unknown> {
  return {
    id: group.id,
    team_id: state.workspace.team.id,
    is_usergroup: true,
    is_subteam: true,
    name: group.name,
    handle: group.handle,
    description: "",
    is_external: false,
    date_delete: group.dateDelete,
    user_count: group.userIds.size,
    ...(includeUsers ? { users: [...group.userIds] } : {}),
  };
}
