import {
  FRESH,
  type Freshness,
  type PeopleDirectory,
  type Person,
  type SubjectFacts,
  UnknownPersonError,
} from "../../authorization/index.ts";
import {
  type ChangeRequest,
  type Decision,
  decidersOf,
  type OperatorRef,
  validApprovals,
} from "../model/change-request.ts";

/** The ids and addresses of one person: as they were when the person acted, and as they are now. */
export interface IdentityKeys {
  readonly slackUserIds: readonly string[];
  /** Case-folded. */
  readonly emails: readonly string[];
  /** Which Incydr users they are. */
  readonly userIds: readonly string[];
}

/** The identity keys of one person at several times. */
export function identityKeys(
  ...times: readonly (Omit<OperatorRef, "userId"> & { readonly userId?: string | null })[]
): IdentityKeys {
  return {
    slackUserIds: times.map(({ slackUserId }) => slackUserId),
    emails: times.flatMap(({ email }) => email ?? []),
    userIds: times.flatMap(({ userId }) => userId ?? []),
  };
}

/** Two people who count as one. */
export function asOne(a: IdentityKeys, b: IdentityKeys): IdentityKeys {
  return {
    slackUserIds: [...a.slackUserIds, ...b.slackUserIds],
    emails: [...a.emails, ...b.emails],
    userIds: [...a.userIds, ...b.userIds],
  };
}

/** The identity keys of the subject of a change. */
export function subjectIdentityKeys({ subject }: { readonly subject: SubjectFacts }): IdentityKeys {
  const { slackUserIds, username, userId } = subject;
  return { slackUserIds, emails: [username.toLowerCase()], userIds: [userId] };
}

/** Whether two are one person: by anything that either was or is known by. */
export function isSamePerson(a: IdentityKeys, b: IdentityKeys): boolean {
  return (
    a.slackUserIds.some((id) => b.slackUserIds.includes(id)) ||
    a.emails.some((email) => b.emails.includes(email)) ||
    a.userIds.some((id) => b.userIds.includes(id))
  );
}

/** People as Slack shows them now, by their ids; those whom it doesn't know are left out. */
export type PeopleNow = ReadonlyMap<string, Person>;

/**
 * The people who asked for a request, approved it, or let another approve in their place, as they are now.
 * @throws {DirectoryUnavailableError} when Slack can't be asked.
 */
export async function readPeopleNow(request: ChangeRequest, directory: PeopleDirectory): Promise<PeopleNow> {
  const refs = [request.requester, ...validApprovals(request).flatMap(decidersOf)];
  const people = await Promise.all(
    refs.map(({ slackUserId }) => personOrNull(directory, slackUserId, FRESH)),
  );
  return new Map(people.flatMap((person) => (person ? [[person.slackUserId, person]] : [])));
}

/** An operator as they were when they acted, and as they are now. */
export function thenAndNow(then: OperatorRef, people: PeopleNow): IdentityKeys {
  return identityKeys(...times(then, people));
}

/** The people whose decision it is, as they were and as they are now: none of them can decide once more. */
export function identityKeysOfDecision(decision: Decision, people: PeopleNow): IdentityKeys {
  return identityKeys(...decidersOf(decision).flatMap((then) => times(then, people)));
}

function times(then: OperatorRef, people: PeopleNow): readonly OperatorRef[] {
  const now = people.get(then.slackUserId);
  return [then, ...(now ? [{ slackUserId: now.slackUserId, email: now.email }] : [])];
}

/** Somebody as Slack shows them; `null` if it doesn't know them. @throws {DirectoryUnavailableError} */
export async function personOrNull(
  directory: PeopleDirectory,
  slackUserId: string,
  freshness: Freshness,
): Promise<Person | null> {
  try {
    return await directory.person(slackUserId, freshness);
  } catch (error) {
    if (error instanceof UnknownPersonError) return null;
    throw error;
  }
}
