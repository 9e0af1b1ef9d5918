import { type Authorizer, FRESH } from "../../authorization/index.ts";
import { personOrNull } from "../confidentiality/person-or-null.ts";
import type { MayBeTold } from "../confidentiality/subject-among.ts";
import { type ChangeRequest, stillAsked } from "../model/change-request.ts";
import { askingFault } from "./asking-fault.ts";
import { factsOfRequest, type RequestFactSources } from "./policy-facts.ts";
import { requirementsOf } from "./requirements.ts";

/**
 * Makes the function that finds who of those asked by name is still to be asked: whose approval is missing while the
 * request waits for it, and who could give it by the policies and by what Slack says of them now, and is known to be
 * no subject. Nobody else may be told of the request.
 */
export function createPeopleToAsk(
  options: { readonly authorizer: Authorizer; readonly mayBeTold: MayBeTold } & RequestFactSources,
) {
  const { directory } = options;

  /** @throws {DirectoryUnavailableError} when Slack can't be asked, or a group that the policies name is gone. */
  return async function peopleToAsk(request: ChangeRequest): Promise<readonly string[]> {
    const wanted = request.state === "pending" ? stillAsked(request) : [];
    if (wanted.length === 0) return [];
    const authorizer = await options.authorizer.pin({ madeUnder: request.policyHash });
    const toApprove = {
      abouts: await factsOfRequest(request, options),
      requirements: requirementsOf(request),
    };
    const entitled: string[] = [];
    for (const slackUserId of wanted) {
      const person = await personOrNull(directory, slackUserId, FRESH);
      const isEntitled = person && (await askingFault(authorizer, person, toApprove)) === null;
      if (isEntitled && (await options.mayBeTold(slackUserId, request.targets))) entitled.push(slackUserId);
    }
    return entitled;
  };
}

export type PeopleToAsk = ReturnType<typeof createPeopleToAsk>;
