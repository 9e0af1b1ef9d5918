import { FRESH, type PeopleDirectory } from "../../authorization/index.ts";
import { foldUsername } from "../../incydr/index.ts";
import type { SubjectIdentity } from "../model/change-request.ts";
import type { ChannelRules } from "../model/placement.ts";
import { personOrNull } from "./identity-keys.ts";
import type { MemberIdentities, MemberUser } from "./member-identities.ts";
import { type SubjectAccounts, subjectAccounts } from "./subject-slack-ids.ts";

export interface SubjectAmongOptions {
  readonly rules: Pick<ChannelRules, "acceptsUnmappedSubjects">;
  readonly people: PeopleDirectory;
  readonly members: MemberIdentities;
}

/** Whether a subject is among the readers of a message, or can't be excluded. */
export type SubjectAmong = "subject_present" | "subject_unmapped" | null;

/**
 * Makes the function that says whether a subject is among readers. A subject without a known Slack account is excluded
 * only if every reader is another Incydr user. `isOpen`: other people can read the message too.
 * @throws {DirectoryUnavailableError | IncydrError} if Slack or Incydr can't be read
 */
export function createSubjectAmong({ rules, members }: Omit<SubjectAmongOptions, "people">) {
  const isAccepted = rules.acceptsUnmappedSubjects;
  return async function subjectAmong(
    readerIds: readonly string[],
    subjects: readonly SubjectAccounts[],
    { isOpen }: { isOpen: boolean },
  ): Promise<SubjectAmong> {
    const readers = new Set(readerIds);
    if (subjects.some(({ slackIds }) => slackIds.some((id) => readers.has(id)))) return "subject_present";
    const unmapped = subjects.filter(({ hasKnownAccount }) => !hasKnownAccount);
    if (unmapped.length === 0) return null;
    if (isOpen) return isAccepted ? null : "subject_unmapped";
    const known = await members.usersOf(readerIds).catch((error: unknown) => {
      if (isAccepted) return { users: [], isComplete: false };
      throw error;
    });
    const isAny = isAnyUserOf(known.users);
    if (unmapped.some(({ subject }) => isAny(subject))) return "subject_present";
    return known.isComplete || isAccepted ? null : "subject_unmapped";
  };
}

function isAnyUserOf(users: readonly MemberUser[]): (subject: SubjectIdentity) => boolean {
  const userIds = new Set(users.map(({ userId }) => userId));
  const usernames = new Set(users.map(({ username }) => username));
  return ({ userId, username }) =>
    (userId !== null && userIds.has(userId)) || usernames.has(foldUsername(username));
}

/** Whether a person may get a direct message about subjects. */
export type MayBeTold = (slackUserId: string, subjects: readonly SubjectIdentity[]) => Promise<boolean>;

/**
 * Makes the function that says whether a person is no subject. It uses the rule for members of channels, and the
 * person's Incydr user, because a renamed subject may have a second account.
 */
export function createMayBeTold(options: SubjectAmongOptions): MayBeTold {
  const subjectAmong = createSubjectAmong(options);
  return async (slackUserId, subjects) => {
    const accounts = await subjectAccounts(subjects, options.people);
    if ((await subjectAmong([slackUserId], accounts, { isOpen: false })) !== null) return false;
    const { users } = await options.members.usersOf([slackUserId]);
    return !subjects.some(isAnyUserOf(users));
  };
}

/** Whether a person may look users up, by their present groups in Slack. */
export async function mayHearOfSubjects(directory: PeopleDirectory, slackUserId: string): Promise<boolean> {
  const person = await personOrNull(directory, slackUserId, FRESH);
  if (!person || person.isGuest || person.isOtherCompany || person.isDeactivated) return false;
  return person.groups.length > 0;
}
