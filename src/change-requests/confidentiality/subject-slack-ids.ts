import { AddressRefusedError, type PeopleDirectory, RECENT } from "../../authorization/index.ts";
import type { SubjectIdentity, Target } from "../model/change-request.ts";
import { personOrNull } from "./identity-keys.ts";

/** A subject's Slack ids, stored and present. @throws {DirectoryUnavailableError} if Slack can't be read */
export async function subjectSlackIds(
  { slackUserIds, username }: Pick<Target, "slackUserIds" | "username">,
  directory: PeopleDirectory,
): Promise<string[]> {
  // A subject who was named by a mention has an account, and no known username.
  const current = username === "" ? [] : await directory.idsByEmail(username.toLowerCase());
  return [...new Set([...slackUserIds, ...current])];
}

/** The Slack ids of a subject. `isRefused`: Slack refuses to look the username up, so there may be other ids. */
async function knownSlackIds(
  target: Pick<Target, "slackUserIds" | "username">,
  directory: PeopleDirectory,
): Promise<{ slackIds: readonly string[]; isRefused: boolean }> {
  try {
    return { slackIds: await subjectSlackIds(target, directory), isRefused: false };
  } catch (error) {
    if (!(error instanceof AddressRefusedError)) throw error;
    return { slackIds: target.slackUserIds, isRefused: true };
  }
}

/** Whether a person is, or may be, one of these subjects. @throws {DirectoryUnavailableError} if Slack can't be read */
export async function mayBeSubject(
  slackUserId: string,
  targets: readonly Pick<Target, "slackUserIds" | "username">[],
  directory: PeopleDirectory,
): Promise<boolean> {
  const known = await Promise.all(targets.map((target) => knownSlackIds(target, directory)));
  return known.some(({ slackIds, isRefused }) => isRefused || slackIds.includes(slackUserId));
}

/** A subject with every Slack account that may be theirs. */
export interface SubjectAccounts {
  readonly subject: SubjectIdentity;
  /** The ids stored with the request, and the current ones. */
  readonly slackIds: readonly string[];
  /**
   * Whether an account is known to be the subject's. It is not if Slack refuses to look the username up, or if the only
   * account is unconfirmed, deactivated or unknown. Then any member of a channel may be the subject.
   */
  readonly hasKnownAccount: boolean;
}

/** @throws {DirectoryUnavailableError} */
export async function subjectAccounts(
  subjects: readonly SubjectIdentity[],
  directory: PeopleDirectory,
): Promise<SubjectAccounts[]> {
  // Reads all addresses first. For many subjects, the directory reads all people at once, and then knows each account.
  const known = await Promise.all(
    subjects.map(async (subject) => ({ subject, ...(await knownSlackIds(subject, directory)) })),
  );
  return Promise.all(
    known.map(async ({ subject, slackIds, isRefused }) => ({
      subject,
      slackIds,
      hasKnownAccount: !isRefused && (await isAnyIdentified(slackIds, directory)),
    })),
  );
}

async function isAnyIdentified(slackIds: readonly string[], directory: PeopleDirectory): Promise<boolean> {
  for (const id of slackIds) {
    const person = await personOrNull(directory, id, RECENT);
    if (person && person.email !== null && !person.isDeactivated) return true;
  }
  return false;
}
