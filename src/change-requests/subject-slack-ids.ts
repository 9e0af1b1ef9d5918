import { AddressRefusedError, type PeopleDirectory } from "../authorization/index.ts";
import type { Target } from "./change-request.ts";

/** Stands among the Slack ids of subjects for an account that Slack refuses to look up. It is nobody's Slack id. */
const UNKNOWN_ACCOUNT = "unknown";

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

/**
 * The Slack ids of subjects to whom a message may not be shown. If Slack refuses to look a username up, the result
 * holds a mark for an unknown account, so that one username keeps no other message waiting.
 * @throws {DirectoryUnavailableError} when Slack can't be asked.
 */
export async function excludedSlackIds(
  targets: readonly Pick<Target, "slackUserIds" | "username">[],
  directory: PeopleDirectory,
): Promise<string[]> {
  const ids = await Promise.all(
    targets.map(async (target) => {
      try {
        return await subjectSlackIds(target, directory);
      } catch (error) {
        if (!(error instanceof AddressRefusedError)) throw error;
        return [...target.slackUserIds, UNKNOWN_ACCOUNT];
      }
    }),
  );
  return [...new Set(ids.flat())];
}

/** Whether a subject among `excluded` may have an account that Slack refuses to look up. */
export function hasUnknownAccount(excluded: readonly string[]): boolean {
  return excluded.includes(UNKNOWN_ACCOUNT);
}

/** Whether this person is a subject among `excluded`, or can't be told from one. */
export function isExcluded(slackUserId: string, excluded: readonly string[]): boolean {
  return excluded.includes(slackUserId) || hasUnknownAccount(excluded);
}
