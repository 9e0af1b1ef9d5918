import type { WebClient } from "@slack/web-api";
import { DirectoryUnavailableError, type GroupSource } from "../../authorization/index.ts";

/** The workspace's user groups, with their members, in one call; a disabled group is as good as deleted. */
export function createSlackGroups(client: WebClient): GroupSource {
  return {
    async read() {
      try {
        const { usergroups = [] } = await client.usergroups.list({ include_users: true });
        return usergroups
          .filter(({ date_delete }) => !date_delete)
          .map(({ id = "", handle = "", users = [] }) => ({ handle, groupId: id, memberIds: users }));
      } catch (error) {
        throw new DirectoryUnavailableError(error);
      }
    },
  };
}
