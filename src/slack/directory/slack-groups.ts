import type { WebClient } from "@slack/web-api";
import type { GroupSource } from "../../authorization/index.ts";
import { UnexpectedAnswerError } from "../web-api/slack-api.ts";
import { directoryUnavailable } from "../web-api/slack-failure.ts";

/** The workspace's user groups, with their members, in one call; a disabled group is as good as deleted. */
export function createSlackGroups(client: WebClient): GroupSource {
  return {
    async read() {
      try {
        const { usergroups } = await client.usergroups.list({ include_users: true });
        // No group at all would take everybody's authority, and cancel their requests.
        if (!usergroups) throw new UnexpectedAnswerError("usergroups.list", "usergroups");
        return usergroups
          .filter(({ date_delete }) => !date_delete)
          .map(({ id = "", handle = "", users = [] }) => ({ handle, groupId: id, memberIds: users }));
      } catch (error) {
        throw directoryUnavailable(error);
      }
    },
  };
}
