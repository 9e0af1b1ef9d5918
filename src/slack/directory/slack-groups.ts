import type { WebClient } from "@slack/web-api";
import type { GroupSource } from "../../authorization/index.ts";
import { UnexpectedAnswerError } from "../web-api/slack-api.ts";
import { directoryUnavailable } from "../web-api/slack-failure.ts";

/** Reads the workspace's user groups and their members in one call. A disabled group counts as deleted. */
export function createSlackGroups(client: WebClient): GroupSource {
  return {
    async read() {
      try {
        const { usergroups } = await client.usergroups.list({ include_users: true });
        // An empty list instead would end everyone's authority, and cancel their requests.
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
