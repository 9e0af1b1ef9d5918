import type { Authorizer, Denial, Person } from "../../authorization/index.ts";
import { identityKeys, isSamePerson, subjectIdentityKeys } from "../confidentiality/identity-keys.ts";
import { type ToApprove, whyNotDeciding } from "./requirements.ts";

/** Why a person can't be invited to approve a change. */
export type NotInvitable =
  | "subject"
  | "bot"
  | "deactivated"
  | "other_company"
  | "guest"
  | { readonly denial: Denial };

/** Why a person can't be invited to approve a change to all of its subjects, as the first or as a later one; `null` if they can. */
export async function whyNotInvitable(
  authorizer: Authorizer,
  person: Person,
  toApprove: ToApprove,
): Promise<NotInvitable | null> {
  const known = identityKeys(person);
  if (toApprove.policyInputs.some((about) => isSamePerson(subjectIdentityKeys(about), known)))
    return "subject";
  // These hold beside all policies.
  if (person.isBot) return "bot";
  if (person.isDeactivated) return "deactivated";
  if (person.isOtherCompany) return "other_company";
  if (person.isGuest) return "guest";
  const denial = await whyNotDeciding(authorizer, person, toApprove);
  return denial && { denial };
}
