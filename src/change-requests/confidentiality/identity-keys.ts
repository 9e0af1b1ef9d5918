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

/** The ids and addresses of one person, when they acted and now. */
export interface IdentityKeys {
  readonly slackUserIds: readonly string[];
  /** Case-folded. */
  readonly emails: readonly string[];
  /** Ids of Incydr users. */
  readonly userIds: readonly string[];
}

/** The keys of one person at several times. */
export function identityKeys(
  ...times: readonly (Omit<OperatorRef, "userId"> & { readonly userId?: string | null })[]
): IdentityKeys {
  return {
    slackUserIds: times.map(({ slackUserId }) => slackUserId),
    emails: times.flatMap(({ email }) => email ?? []),
    userIds: times.flatMap(({ userId }) => userId ?? []),
  };
}

/** The combined keys of two people who count as one. */
export function asOne(a: IdentityKeys, b: IdentityKeys): IdentityKeys {
  return {
    slackUserIds: [...a.slackUserIds, ...b.slackUserIds],
    emails: [...a.emails, ...b.emails],
    userIds: [...a.userIds, ...b.userIds],
  };
}
export function subjectIdentityKeys({ subject }: { readonly subject: SubjectFacts }): IdentityKeys {
  const { slackUserIds, username, userId } = subject;
  return { slackUserIds, emails: [username.toLowerCase()], userIds: [userId] };
}

/** Whether two people share an id or address. */
export function isSamePerson(a: IdentityKeys, b: IdentityKeys): boolean {
  return (
    a.slackUserIds.some((id) => b.slackUserIds.includes(id)) ||
    a.emails.some((email) => b.emails.includes(email)) ||
    a.userIds.some((id) => b.userIds.includes(id))
  );
}

/** People as Slack shows them now, by id, without people whom Slack doesn't know. */
export type PeopleNow = ReadonlyMap<string, Person>;

/** Reads the requester and everyone in the decisions. @throws {DirectoryUnavailableError} if Slack can't be read */
export async function readPeopleNow(request: ChangeRequest, directory: PeopleDirectory): Promise<PeopleNow> {
  const refs = [request.requester, ...validApprovals(request).flatMap(decidersOf)];
  const people = await Promise.all(
    refs.map(({ slackUserId }) => personOrNull(directory, slackUserId, FRESH)),
  );
  return new Map(people.flatMap((person) => (person ? [[person.slackUserId, person]] : [])));
}

/** The keys of an operator, when they acted and now. */
export function thenAndNow(then: OperatorRef, people: PeopleNow): IdentityKeys {
  return identityKeys(...times(then, people));
}

/** The keys of the approver and of the person for whom they decided: neither can decide again. */
export function identityKeysOfDecision(decision: Decision, people: PeopleNow): IdentityKeys {
  return identityKeys(...decidersOf(decision).flatMap((then) => times(then, people)));
}

function times(then: OperatorRef, people: PeopleNow): readonly OperatorRef[] {
  const now = people.get(then.slackUserId);
  return [then, ...(now ? [{ slackUserId: now.slackUserId, email: now.email }] : [])];
}

/** The person; `null` if Slack doesn't know them. @throws {DirectoryUnavailableError} if Slack can't be read */
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
