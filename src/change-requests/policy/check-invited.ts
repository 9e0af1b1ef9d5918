import { type Authorizer, RECENT } from "../../authorization/index.ts";
import { identityKeys, isSamePerson } from "../confidentiality/identity-keys.ts";
import { personOrNull } from "../confidentiality/person-or-null.ts";
import type { OperatorRef, Place } from "../model/change-request.ts";
import type { InvitationFault } from "../model/form-faults.ts";
import type { RequestFactSources } from "./policy-facts.ts";
import type { ToApprove } from "./requirements.ts";
import { whyNotInvitable } from "./why-not-invitable.ts";

/** The most approvers that the requester of one request can invite. */
export const MOST_INVITED = 5;

/** The request that somebody wants to make. */
export interface InvitingRequest extends ToApprove {
  readonly requester: OperatorRef;
  readonly place: Place;
}

/**
 * Makes the function that says which of the named people the requester can't invite, and why; `null` if the requester
 * can invite all of them. An invited approver is somebody whom the policies would let approve. The subject is never
 * invited, because the subject must not hear of the request. An invitation entitles nobody: each approval is checked anew.
 */
export function createCheckInvited({ directory }: Pick<RequestFactSources, "directory">) {
  return async function checkInvited(
    authorizer: Authorizer,
    peopleAsked: readonly string[],
    asking: InvitingRequest,
  ): Promise<readonly InvitationFault[] | null> {
    if (peopleAsked.length === 0) return null;
    if (peopleAsked.length > MOST_INVITED)
      return [{ kind: "too_many", most: MOST_INVITED, count: peopleAsked.length }];
    if (asking.requirements.length === 0) return [{ kind: "none_needed" }];
    const found = await Promise.all(peopleAsked.map((id) => faultOf(authorizer, id, asking)));
    const faults = found.filter((fault) => fault !== null);
    return faults.length > 0 ? faults : null;
  };

  async function faultOf(
    authorizer: Authorizer,
    slackUserId: string,
    asking: InvitingRequest,
  ): Promise<InvitationFault | null> {
    const person = await personOrNull(directory, slackUserId, RECENT);
    if (!person) return { kind: "unknown", slackUserId };
    const { displayName: name } = person;
    if (isSamePerson(identityKeys(asking.requester), identityKeys(person)))
      return { kind: "requester", name };
    const fault = await whyNotInvitable(authorizer, person, asking);
    if (fault === null) return null;
    if (typeof fault === "string") return { kind: fault, name };
    const { policyIds, reasons } = fault.denial;
    // The groups are told only where no rule forbids it, and take a question to the policies each.
    const whoCould = policyIds.length > 0 ? [] : fault.denial.whoCould;
    return { kind: "forbidden", name, policyIds, reasons, whoCould };
  }
}
