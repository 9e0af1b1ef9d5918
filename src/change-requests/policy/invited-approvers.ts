import { type Authorizer, FRESH } from "../../authorization/index.ts";
import { personOrNull } from "../confidentiality/identity-keys.ts";
import type { MayBeTold } from "../confidentiality/subject-among.ts";
import { type ChangeRequest, stillInvited } from "../model/change-request.ts";
import { whyNotInvitable } from "./check-invited.ts";
import { factsOfRequest, type RequestFactSources } from "./policy-facts.ts";
import { requirementsOf } from "./requirements.ts";

/**
 * Makes the function that finds the invited approvers to notify. Each could still approve the pending request by the
 * policies and by Slack's present facts, and is known to be no subject.
 */
export function createInvitedApprovers(
  options: { readonly authorizer: Authorizer; readonly mayBeTold: MayBeTold } & RequestFactSources,
) {
  const { directory } = options;

  /** @throws {DirectoryUnavailableError} also if a group that the policies name is gone */
  return async function invitedApprovers(request: ChangeRequest): Promise<readonly string[]> {
    const wanted = request.state === "pending" ? stillInvited(request) : [];
    if (wanted.length === 0) return [];
    const authorizer = await options.authorizer.pin({ madeUnder: request.policyHash });
    const toApprove = {
      policyInputs: await factsOfRequest(request, options),
      requirements: requirementsOf(request),
    };
    const entitled: string[] = [];
    for (const slackUserId of wanted) {
      const person = await personOrNull(directory, slackUserId, FRESH);
      const isEntitled = person && (await whyNotInvitable(authorizer, person, toApprove)) === null;
      if (isEntitled && (await options.mayBeTold(slackUserId, request.targets))) entitled.push(slackUserId);
    }
    return entitled;
  };
}

export type InvitedApprovers = ReturnType<typeof createInvitedApprovers>;
