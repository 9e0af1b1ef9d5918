import type { Authorizer, Person, Terms } from "../../authorization/index.ts";
import type { EmergencyTerms } from "../model/change-request.ts";
import { oneByOne } from "./authorize-all.ts";
import type { PolicyInput } from "./policy-facts.ts";

type Deadline = Exclude<keyof Terms, "escalateTo">;

/** The shortest times of the terms for any subject, and all groups to notify. */
export async function termsForAll(
  authorizer: Pick<Authorizer, "terms">,
  requester: Person,
  policyInputs: readonly PolicyInput[],
): Promise<Terms> {
  const each: Terms[] = [];
  for await (const about of oneByOne(policyInputs)) each.push(authorizer.terms(requester, about));
  const shortest = (term: Deadline) => {
    const times = each.flatMap((terms) => terms[term] ?? []);
    return times.length > 0 ? Math.min(...times) : null;
  };
  return {
    expiryHours: shortest("expiryHours"),
    remindAfterMinutes: shortest("remindAfterMinutes"),
    escalateAfterMinutes: shortest("escalateAfterMinutes"),
    escalateTo: [...new Set(each.flatMap(({ escalateTo }) => escalateTo))].sort(),
    ratifyWithinHours: shortest("ratifyWithinHours"),
  };
}

/** `ratifyWithinHours` applies if the policies set none. */
export function emergencyTerms(
  authorizer: Pick<Authorizer, "terms">,
  requester: Person,
  about: PolicyInput,
  { ratifyWithinHours }: { ratifyWithinHours: number },
): EmergencyTerms {
  const terms = authorizer.terms(requester, { ...about, action: "emergency" });
  return { ratifyWithinHours: terms.ratifyWithinHours ?? ratifyWithinHours, escalateTo: terms.escalateTo };
}
