import { type Authorizer, type Denial, type Person, RECENT } from "../../authorization/index.ts";
import {
  identityKeys,
  isSamePerson,
  personOrNull,
  subjectIdentityKeys,
} from "../confidentiality/identity-keys.ts";
import type { OperatorRef, Place } from "../model/change-request.ts";
import type { InvitationFault } from "../model/form-faults.ts";
import type { RequestFactSources } from "./policy-facts.ts";
import { type ToApprove, whyNotDeciding } from "./requirements.ts";

/** The most approvers that the requester of one request can invite. */
export const MOST_INVITED = 5;

/** A request that is about to be made. */
export interface InvitingRequest extends ToApprove {
  readonly requester: OperatorRef;
  readonly place: Place;
}

/**
 * Makes the function that says which people the requester can't invite, and why; `null` if there are none. The requester
 * can invite only people whom the policies would let approve, and never the subject, who must not hear of the request.
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
    // If a rule forbids it, no group could approve either. Finding the groups evaluates the policies once for each
    // group.
    const whoCould = policyIds.length > 0 ? [] : fault.denial.whoCould;
    return { kind: "forbidden", name, policyIds, reasons, whoCould };
  }
}

type NotInvitable =
  | "subject"
  | "bot"
  | "deactivated"
  | "other_company"
  | "guest"
  | { readonly denial: Denial };

/** `null` if the person could give the first or a later approval of the change to all of its subjects. */
export async function whyNotInvitable(
  authorizer: Authorizer,
  person: Person,
  toApprove: ToApprove,
): Promise<NotInvitable | null> {
  const known = identityKeys(person);
  if (toApprove.policyInputs.some((about) => isSamePerson(subjectIdentityKeys(about), known)))
    return "subject";
  // These rules apply in addition to all policies.
  if (person.isBot) return "bot";
  if (person.isDeactivated) return "deactivated";
  if (person.isOtherCompany) return "other_company";
  if (person.isGuest) return "guest";
  const denial = await whyNotDeciding(authorizer, person, toApprove);
  return denial && { denial };
}
