import {
  AddressRefusedError,
  FRESH,
  IdentityUnavailableError,
  type PeopleDirectory,
  type Person,
} from "../../authorization/index.ts";
import { foldUsername } from "../../incydr/index.ts";
import { type IdentifyOperator, UnmappedOperatorError } from "../../subjects/index.ts";
import type { Target } from "../model/change-request.ts";
import { type IdentityKeys, identityKeys, isSamePerson } from "./identity-keys.ts";
import { subjectSlackIds } from "./subject-slack-ids.ts";

/** The stored facts of a subject that are compared with a reader. */
export type StoredSubject = Pick<Target, "userId" | "username" | "slackUserIds">;

/** Only the account matters here; the authorizer checks whether the reader's groups are complete. */
export const ACCOUNT_FRESH = { ...FRESH, everyGroup: false };

export interface HiddenFromOptions {
  readonly directory: PeopleDirectory;
  /** Slack id → Incydr username, for people whose e-mails differ. */
  readonly operatorMap: ReadonlyMap<string, string>;
  readonly identify: IdentifyOperator;
}

export interface ReaderOptions {
  /** The reader's stored Incydr user. If it is given, Incydr is not called. */
  readonly storedUserId?: string | null;
  /**
   * Whether the check is for opening a form, for which Slack gives three seconds. If Incydr does not answer in time,
   * the check ignores the reader's Incydr user, and the submission is checked with it. Default false.
   */
  readonly isForForm?: boolean;
}

/** How long a form that opens waits for Incydr, in milliseconds. */
const FORM_DEADLINE_MS = 1_000;

export interface HiddenFrom {
  /**
   * The reader's present ids and addresses.
   * @throws {DirectoryUnavailableError | UnknownPersonError} if Slack can't be read, or does not know the reader
   * @throws {IdentityUnavailableError} if Incydr does not answer
   */
  readerOf(slackUserId: string, options?: ReaderOptions): Promise<IdentityKeys>;
  /**
   * Whether a reader is one of these subjects, by stored or present Slack id, e-mail or Incydr user. If Slack refuses
   * to look a subject up, every reader without an Incydr user counts as that subject.
   * @throws {DirectoryUnavailableError} if Slack can't be read
   */
  isAnyOf(reader: IdentityKeys, subjects: readonly StoredSubject[]): Promise<boolean>;
}

export function createHiddenFrom({ directory, identify, operatorMap }: HiddenFromOptions): HiddenFrom {
  return {
    async readerOf(slackUserId, { storedUserId = null, isForForm = false } = {}) {
      const person = await directory.person(slackUserId, ACCOUNT_FRESH);
      const email = person.email && foldUsername(person.email);
      const mapped = operatorMap.get(slackUserId);
      const userId = storedUserId ?? (await userIdOf(person, isForForm));
      return identityKeys(
        { slackUserId, email, userId },
        { slackUserId, email: mapped ? foldUsername(mapped) : null },
      );
    },

    async isAnyOf(reader, subjects) {
      // The stored facts decide most cases without a call to Slack.
      if (isStoredAsAny(reader, subjects)) return true;
      const areThey = await Promise.all(subjects.map((subject) => hasAccountOf(reader, subject)));
      return areThey.includes(true);
    },
  };

  async function userIdOf(person: Person, isForForm: boolean): Promise<string | null> {
    try {
      return await identify(person, isForForm ? { deadlineMs: FORM_DEADLINE_MS } : {});
    } catch (error) {
      if (error instanceof UnmappedOperatorError) return null;
      if (isForForm && error instanceof IdentityUnavailableError) return null;
      throw error;
    }
  }

  async function hasAccountOf(reader: IdentityKeys, subject: StoredSubject): Promise<boolean> {
    try {
      const ids = await subjectSlackIds(subject, directory);
      return reader.slackUserIds.some((id) => ids.includes(id));
    } catch (error) {
      if (!(error instanceof AddressRefusedError)) throw error;
      return reader.userIds.length === 0;
    }
  }
}

/** Whether a reader is one of these subjects, by stored facts alone. */
export function isStoredAsAny(reader: IdentityKeys, subjects: readonly StoredSubject[]): boolean {
  return subjects.some(({ userId, username, slackUserIds }) =>
    isSamePerson(reader, { slackUserIds, emails: [foldUsername(username)], userIds: [userId] }),
  );
}
