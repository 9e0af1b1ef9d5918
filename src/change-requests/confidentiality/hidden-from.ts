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

/** The stored facts by which a reader can be told from a subject. */
export type StoredSubject = Pick<Target, "userId" | "username" | "slackUserIds">;

/** The account is what counts of a reader here; the authorizer judges whether their groups are complete. */
const ACCOUNT_FRESH = { ...FRESH, everyGroup: false };

export interface HiddenFromOptions {
  readonly directory: PeopleDirectory;
  /** Slack id → Incydr username, for people whose e-mails differ. */
  readonly operatorMap: ReadonlyMap<string, string>;
  readonly identify: IdentifyOperator;
}

/** How a reader is read. */
export interface ReaderOptions {
  /** Their Incydr user, if Incydr need not be asked. */
  readonly storedUserId?: string | null;
  /**
   * Whether a form is to be opened, within the three seconds that Slack gives for it. If Incydr does not answer in time,
   * the reader is told from subjects by everything else; what is submitted is checked with Incydr. Default false.
   */
  readonly isForForm?: boolean;
  /** The attempt that this is checked for; default none. */
  readonly attemptId?: string | null;
}

/** How long the opening of a form waits for Incydr, in milliseconds. */
const FORM_DEADLINE_MS = 1_000;

/** Tells people from the subjects of requests. */
export interface HiddenFrom {
  /**
   * Everything by which a reader is known now.
   * @throws {DirectoryUnavailableError | UnknownPersonError | IdentityUnavailableError}
   */
  readerOf(slackUserId: string, options?: ReaderOptions): Promise<IdentityKeys>;
  /**
   * Whether a reader is one of these subjects, by stored or current Slack id, by e-mail or by Incydr user. An account
   * that Slack refuses to look up may be anybody's who isn't known as another Incydr user.
   * @throws {DirectoryUnavailableError} when Slack can't be asked.
   */
  isAnyOf(reader: IdentityKeys, subjects: readonly StoredSubject[]): Promise<boolean>;
}

export function createHiddenFrom({ directory, identify, operatorMap }: HiddenFromOptions): HiddenFrom {
  return {
    async readerOf(slackUserId, { storedUserId = null, isForForm = false, attemptId = null } = {}) {
      const person = await directory.person(slackUserId, ACCOUNT_FRESH);
      const email = person.email && foldUsername(person.email);
      const mapped = operatorMap.get(slackUserId);
      const userId = storedUserId ?? (await userIdOf(person, { isForForm, attemptId }));
      return identityKeys(
        { slackUserId, email, userId },
        { slackUserId, email: mapped ? foldUsername(mapped) : null },
      );
    },

    async isAnyOf(reader, subjects) {
      // The stored facts settle most without a call to Slack.
      if (isStoredAsAny(reader, subjects)) return true;
      const areThey = await Promise.all(subjects.map((subject) => hasAccountOf(reader, subject)));
      return areThey.includes(true);
    },
  };

  async function userIdOf(
    person: Person,
    { isForForm, attemptId }: { isForForm: boolean; attemptId: string | null },
  ): Promise<string | null> {
    try {
      return await identify(person, { attemptId, ...(isForForm ? { deadlineMs: FORM_DEADLINE_MS } : {}) });
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

/** The same by what is stored alone. */
export function isStoredAsAny(reader: IdentityKeys, subjects: readonly StoredSubject[]): boolean {
  return subjects.some((subject) => isSamePerson(reader, storedAs(subject)));
}

function storedAs({ userId, username, slackUserIds }: StoredSubject): IdentityKeys {
  return { slackUserIds, emails: [foldUsername(username)], userIds: [userId] };
}
