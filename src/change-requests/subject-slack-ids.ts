import type { PeopleDirectory } from "../authorization/index.ts";
import type { Target } from "./change-request.ts";

/**
 * Slack ids of a subject: those of when the request was made count as well as those of now.
 * @throws {DirectoryUnavailableError} when Slack can't be asked.
 */
export async function subjectSlackIds(
  { slackUserIds, username }: Pick<Target, "slackUserIds" | "username">,
  directory: PeopleDirectory,
): Promise<string[]> {
  return [...new Set([...slackUserIds, ...(await directory.idsByEmail(username.toLowerCase()))])];
}
