import { type Authorizer, type Denial, RECENT } from "../../authorization/index.ts";
import { isSamePerson, knownAs } from "../confidentiality/known-as.ts";
import { personOrNull } from "../confidentiality/person-or-null.ts";
import type { OperatorRef, Place } from "../model/change-request.ts";
import { type AskingFault, askingFault, type ToApprove } from "./asking-fault.ts";
import type { RequestFactSources } from "./policy-facts.ts";

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
  ): Promise<string | null> {
    if (peopleAsked.length === 0) return null;
    if (peopleAsked.length > MOST_ASKED)
      return `At most ${MOST_ASKED} people can be asked; these are ${peopleAsked.length}.`;
    if (asking.approvalsNeeded === 0)
      return "The policies ask for no approval here: there is nobody to be asked. Leave this empty.";
    const faults = await Promise.all(peopleAsked.map((id) => faultOf(authorizer, id, asking)));
    return faults.filter((fault) => fault !== null).join(" ") || null;
  };

  async function faultOf(
    authorizer: Authorizer,
    slackUserId: string,
    asking: AskingFor,
  ): Promise<string | null> {
    const person = await personOrNull(directory, slackUserId, RECENT);
    if (!person) return `Slack knows nobody with the id ${slackUserId}.`;
    const { displayName } = person;
    if (isSamePerson(knownAs(asking.requester), knownAs(person)))
      return `${displayName} is you: ask somebody else.`;
    const fault = await askingFault(authorizer, person, asking);
    return fault && `${displayName} ${faultInWords(fault)}`;
  }
}

function faultInWords(fault: AskingFault): string {
  switch (fault) {
    case "subject":
      return "is whom this is about, and must not hear of it.";
    case "bot":
      return "is a bot.";
    case "deactivated":
      return "has a deactivated account.";
    case "other_company":
      return "is of another company.";
    case "guest":
      return "is a guest.";
    default:
      return `may not approve this${whyNot(fault.denial)}`;
  }
}

function whyNot({ policyIds, reasons, whoCould }: Denial): string {
  // A rule's sentence speaks to whoever is stopped by it.
  if (policyIds.length > 0) return `. The rule: “${reasons.join(" ")}”`;
  const groups = whoCould.map((handle) => `@${handle}`).join(" or ");
  const others = groups === "" ? "" : ` Members of ${groups} may, unless another rule forbids it.`;
  return `: no policy lets them.${others}`;
}
