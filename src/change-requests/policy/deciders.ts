import { type Authorizer, RECENT } from "../../authorization/index.ts";
import { AppError } from "../../kernel/errors.ts";
import { personOrNull } from "../confidentiality/identity-keys.ts";
import type { Deciders } from "../model/answer.ts";
import { type ChangeRequest, stillInvited } from "../model/change-request.ts";
import { whyNotInvitable } from "./check-invited.ts";
import { factsOfRequest, type RequestFactSources } from "./policy-facts.ts";
import { groupsDeciding, requirementsOf } from "./requirements.ts";

/**
 * Makes the function that says who could approve a pending request: the groups by the policies, and the invited
 * approvers whom the policies would let approve. A click on Approve is checked again. It resolves to `null` if the
 * facts or the policies can't be read, so that one request does not refuse a whole list.
 */
export function createReadDeciders(options: { readonly authorizer: Authorizer } & RequestFactSources) {
  const { directory } = options;

  return async function readDeciders(request: ChangeRequest): Promise<Deciders | null> {
    try {
      const authorizer = await options.authorizer.pin({ madeUnder: request.policyHash });
      const toApprove = {
        policyInputs: await factsOfRequest(request, options),
        requirements: requirementsOf(request),
      };
      const invited: string[] = [];
      for (const slackUserId of stillInvited(request)) {
        const person = await personOrNull(directory, slackUserId, RECENT);
        if (person && (await whyNotInvitable(authorizer, person, toApprove)) === null)
          invited.push(slackUserId);
      }
      return { groups: await groupsDeciding(authorizer, toApprove), invited };
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  };
}
