import type { Authorizer, Denial, Person } from "../../authorization/index.ts";
import { isSamePerson, knownAs, subjectKnownAs } from "../confidentiality/known-as.ts";
import { denialForAny } from "./authorize-all.ts";
import type { About } from "./policy-facts.ts";

/** Why somebody can't be asked to approve a change. */
export type AskingFault =
  | "subject"
  | "bot"
  | "deactivated"
  | "other_company"
  | "guest"
  | { readonly denial: Denial };

/** What somebody is to be asked to approve. */
export interface ToApprove {
  /** The change to each of its subjects. */
  readonly abouts: readonly About[];
  readonly approvalsNeeded: number;
}

/**
 * Whether somebody can be asked to approve a change to all of its subjects, as the first or as a later one; `null`
 * if they can. Of subjects who differ in nothing but who they are the policies are asked about one: a thousand would
 * take seconds, and each approval is checked for all of them anyway.
 */
export async function askingFault(
  authorizer: Authorizer,
  person: Person,
  { abouts, approvalsNeeded }: ToApprove,
): Promise<AskingFault | null> {
  const known = knownAs(person);
  if (abouts.some((about) => isSamePerson(subjectKnownAs(about), known))) return "subject";
  // Whatever the policies say.
  if (person.isBot) return "bot";
  if (person.isDeactivated) return "deactivated";
  if (person.isOtherCompany) return "other_company";
  if (person.isGuest) return "guest";
  const kinds = oneOfEachKind(abouts);
  let first: Denial | null = null;
  for (let approvals = 0; approvals < approvalsNeeded; approvals += 1) {
    const then = kinds.map(({ subject, change }) => ({ subject, change: { ...change, approvals } }));
    const denied = await denialForAny(authorizer, person, "approve", then);
    if (!denied) return null;
    first ??= denied.denial;
  }
  return first && { denial: first };
}

function oneOfEachKind(abouts: readonly About[]): readonly About[] {
  const kinds = new Map<string, About>();
  for (const about of abouts) {
    const { userId: _id, username: _name, slackUserIds: _slackIds, ...kind } = about.subject;
    kinds.set(JSON.stringify([kind, about.change]), about);
  }
  return [...kinds.values()];
}
