import type { SlackDeps } from "../slack-deps.ts";

/**
 * Slack says that a user group changed, came or went. The event names the group alone: who is in it is read
 * from Slack itself, since events come late, twice and in any order.
 */
export async function onGroupChanged(deps: SlackDeps, groupId: string, handle: string | null): Promise<void> {
  try {
    await deps.people.groupChanged({ groupId, handle });
  } catch (error) {
    // Nothing is remembered any more, so that whoever asks next reads them.
    deps.log("A user group changed, and the groups could not be read.", error);
  }
}
