import { type Authorizer, RECENT } from "../../authorization/index.ts";
import { isSamePerson, knownAs } from "../confidentiality/known-as.ts";
import { personOrNull } from "../confidentiality/person-or-null.ts";
import type { OperatorRef, Place } from "../model/change-request.ts";
import type { InvitationFault } from "../model/form-faults.ts";
import { askingFault } from "./asking-fault.ts";
import type { RequestFactSources } from "./policy-facts.ts";
import type { ToApprove } from "./requirements.ts";

/** How many people one request asks by name at most. */
export const MOST_ASKED = 5;

/** The request that is to be made. */
export interface AskingFor extends ToApprove {
  readonly requester: OperatorRef;
  readonly place: Place;
}

/**
 * Makes the function that says who of those that somebody wants to ask by name can't be asked, and why; `null`
 * if all can. Only whom the policies would let approve can be asked, and never the subject, who must not hear
 * of it. To be asked entitles nobody: each approval is checked anew.
 */
export function createCheckAsked({ directory }: Pick<RequestFactSources, "directory">) {
  return async function askedFault(
    authorizer: Authorizer,
    peopleAsked: readonly string[],
    asking: AskingFor,
  ): Promise<readonly InvitationFault[] | null> {
    if (peopleAsked.length === 0) return null;
    if (peopleAsked.length > MOST_ASKED)
      return [{ kind: "too_many", most: MOST_ASKED, count: peopleAsked.length }];
    if (asking.requirements.length === 0) return [{ kind: "none_needed" }];
    const found = await Promise.all(peopleAsked.map((id) => faultOf(authorizer, id, asking)));
    const faults = found.filter((fault) => fault !== null);
    return faults.length > 0 ? faults : null;
  };

  async function faultOf(
    authorizer: Authorizer,
    slackUserId: string,
    asking: AskingFor,
  ): Promise<InvitationFault | null> {
    const person = await personOrNull(directory, slackUserId, RECENT);
    if (!person) return { kind: "unknown", slackUserId };
    const { displayName: name } = person;
    if (isSamePerson(knownAs(asking.requester), knownAs(person))) return { kind: "requester", name };
    const fault = await askingFault(authorizer, person, asking);
    if (fault === null) return null;
    if (typeof fault === "string") return { kind: fault, name };
    const { policyIds, reasons } = fault.denial;
    // The groups are told only where no rule forbids it, and take a question to the policies each.
    const whoCould = policyIds.length > 0 ? [] : fault.denial.whoCould;
    return { kind: "forbidden", name, policyIds, reasons, whoCould };
  }
}
