import {
  type Freshness,
  type PeopleDirectory,
  type Person,
  UnknownPersonError,
} from "../../authorization/index.ts";

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
