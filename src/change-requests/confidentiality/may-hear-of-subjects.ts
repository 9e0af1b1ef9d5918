import { FRESH, type PeopleDirectory, UnknownPersonError } from "../../authorization/index.ts";

/** Whether the policies still name a group of somebody's, as Slack says now; otherwise they are told of no subject. */
export async function mayHearOfSubjects(directory: PeopleDirectory, slackUserId: string): Promise<boolean> {
  try {
    const person = await directory.person(slackUserId, FRESH);
    const isOutsider = person.isGuest || person.isOtherCompany || person.isDeactivated;
    return !isOutsider && person.groups.length > 0;
  } catch (error) {
    if (error instanceof UnknownPersonError) return false;
    throw error;
  }
}
