import type { GroupSource } from "./group.ts";

/** Groups as the configuration lists them, for a workspace without user groups. */
export function createConfiguredGroups(members: ReadonlyMap<string, readonly string[]>): GroupSource {
  const groups = [...members].map(([handle, memberIds]) => ({ handle, groupId: "configured", memberIds }));
  return { read: async () => groups };
}
