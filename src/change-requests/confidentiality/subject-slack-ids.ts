import { AddressRefusedError, type PeopleDirectory, RECENT } from "../../authorization/index.ts";
import type { SubjectIdentity, Target } from "../model/change-request.ts";
import { personOrNull } from "./identity-keys.ts";

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
  // Somebody who was mentioned has an account, and no known username.
  const current = username === "" ? [] : await directory.idsByEmail(username.toLowerCase());
  return [...new Set([...slackUserIds, ...current])];
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
function hasUnknownAccount(excluded: readonly string[]): boolean {
  return excluded.includes(UNKNOWN_ACCOUNT);
}

/** Whether this person is a subject among `excluded`, or can't be told from one. */
export function isExcluded(slackUserId: string, excluded: readonly string[]): boolean {
  return excluded.includes(slackUserId) || hasUnknownAccount(excluded);
}

/** A subject with every Slack account that may be theirs. */
export interface SubjectAccounts {
  readonly subject: SubjectIdentity;
  /** Of now and of when the request was made. */
  readonly slackIds: readonly string[];
  /**
   * Whether an account is known to be the subject's. It is not if Slack refuses to look the username up, marks the
   * only account's address as unconfirmed, or has deactivated or forgotten it: then any member of a channel may be the
   * subject, under another account.
   */
  readonly hasKnownAccount: boolean;
}

/**
 * The Slack accounts of subjects, to whom a message may not be shown.
 * @throws {DirectoryUnavailableError} when Slack can't be asked.
 */
export async function subjectAccounts(
  subjects: readonly SubjectIdentity[],
  directory: PeopleDirectory,
): Promise<SubjectAccounts[]> {
  // All addresses first: of many subjects the directory reads everybody at once, and then knows each account.
  const excluded = await Promise.all(subjects.map((subject) => excludedSlackIds([subject], directory)));
  return Promise.all(
    subjects.map(async (subject, index) => {
      const ids = excluded[index] ?? [];
      const slackIds = ids.filter((id) => id !== UNKNOWN_ACCOUNT);
      const isRefused = slackIds.length < ids.length;
      return {
        subject,
        slackIds,
        hasKnownAccount: !isRefused && (await isAnyIdentified(slackIds, directory)),
      };
    }),
  );
}

async function isAnyIdentified(slackIds: readonly string[], directory: PeopleDirectory): Promise<boolean> {
  for (const id of slackIds) {
    const person = await personOrNull(directory, id, RECENT);
    if (person && person.email !== null && !person.isDeactivated) return true;
  }
  return false;
}
