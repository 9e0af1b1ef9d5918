import type { Workspace } from "../state/workspace.ts";

/** Turns the ids in markup into the names that one person sees. */
export interface Reader {
  user(id: string): string;
  channel(id: string): string;
  group(id: string): string;
}

/** Makes the names that `personId` sees. A private channel without this person has none. */
export function createReader(workspace: Workspace, personId: string): Reader {
  return {
    user: (id) => `@${workspace.people.get(id)?.displayName ?? id}`,
    group: (id) => `@${workspace.groups.get(id)?.handle ?? id}`,
    channel: (id) => {
      const channel = workspace.channels.get(id);
      return channel && workspace.canRead(personId, id) ? `#${channel.name}` : "a private channel";
    },
  };
}
