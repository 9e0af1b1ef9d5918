import type { CallOptions } from "../model/call-options.ts";
import type { UserId } from "../model/ids.ts";
import type { List } from "../model/list.ts";
import type { DeviceQuery, UserFilter, UsersReader } from "./client-api.ts";
import { withinOneDeadline } from "./one-deadline.ts";
import { collectPages } from "./read-pages.ts";
import type { Device, User } from "./records.ts";

const pageSize = 100;

/** All users of a filter, over all pages. `options` hold for the whole list. */
export async function listUsers(
  users: Pick<UsersReader, "getPage">,
  filter: UserFilter = {},
  options?: CallOptions,
): Promise<List<User>> {
  const pageOptions = withinOneDeadline("list users", options);
  return await collectPages({
    pageSize,
    keyOf: ({ userId }) => userId,
    fetchPage: async (pageNum) => {
      const page = await users.getPage({ ...filter, pageNum, pageSize }, pageOptions());
      return { ...page, items: page.users };
    },
  });
}

/** All devices of a user, over all pages. `options` hold for the whole list. */
export async function listDevices(
  users: Pick<UsersReader, "getDevices">,
  userId: UserId,
  query: Omit<DeviceQuery, "pageNum" | "pageSize"> = {},
  options?: CallOptions,
): Promise<List<Device>> {
  const pageOptions = withinOneDeadline(`list the devices of user ${userId}`, options);
  return await collectPages({
    pageSize,
    wholeBelow: 10,
    keyOf: ({ deviceId }) => deviceId,
    fetchPage: async (pageNum) => {
      const page = await users.getDevices(userId, { ...query, pageNum, pageSize }, pageOptions());
      return { ...page, items: page.devices };
    },
  });
}
