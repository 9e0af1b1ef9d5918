import { setImmediate } from "node:timers/promises";
import type {
  Authorizer,
  ChangeAction,
  Decision,
  Denial,
  Entitlement,
  Freshness,
  PermittedPerson,
  Person,
} from "../../authorization/index.ts";
import type { PolicyInput } from "./policy-facts.ts";

/**
 * Lets a person do something about a change to all of its subjects, or throws. The entitlement names each policy and
 * group that permits it for a subject.
 * @throws {ForbiddenError} for the first subject that the policies refuse, after auditing the attempt.
 */
export async function authorizeForAll(
  authorizer: Authorizer,
  slackUserId: string,
  action: ChangeAction,
  {
    policyInputs,
    ...options
  }: { freshness: Freshness; policyInputs: readonly PolicyInput[]; requestId?: string },
): Promise<PermittedPerson> {
  let person: PermittedPerson | null = null;
  const entitlements: Entitlement[] = [];
  for await (const about of oneByOne(policyInputs)) {
    const decision: Decision | null = person && authorizer.check(person, action, about);
    if (decision?.allowed) {
      entitlements.push(decision);
      continue;
    }
    person = await authorizer.authorizeChange(slackUserId, action, { ...options, ...about });
    entitlements.push(person.entitlement);
  }
  if (!person) throw new Error("A change without subjects can't be authorized.");
  const policyIds = new Set(entitlements.flatMap((each) => each.policyIds));
  const groups = new Set(entitlements.flatMap((each) => each.groups));
  return { ...person, entitlement: { policyIds: [...policyIds], groups: [...groups] } };
}

/** The smallest number of approvals with which the change may run for every subject; `null` if no number is enough. */
export async function approvalsNeededForAll(
  authorizer: Authorizer,
  requester: Person,
  policyInputs: readonly PolicyInput[],
): Promise<number | null> {
  let needed = 0;
  for await (const { subject, change } of oneByOne(policyInputs)) {
    const enough = { subject, change: { ...change, approvals: needed } };
    if (authorizer.check(requester, "execute", enough).allowed) continue;
    const more = authorizer.approvalsNeeded(requester, { subject, change });
    if (more === null) return null;
    needed = Math.max(needed, more);
  }
  return needed;
}

/** The first subject that the policies refuse, and why; `null` if they permit all. */
export async function denialForAny(
  authorizer: Authorizer,
  person: Person,
  action: ChangeAction,
  policyInputs: readonly PolicyInput[],
): Promise<{ readonly about: PolicyInput; readonly denial: Denial } | null> {
  for await (const about of oneByOne(policyInputs)) {
    const decision = authorizer.check(person, action, about);
    if (!decision.allowed) return { about, denial: decision.denial };
  }
  return null;
}

/** Yields the items, and lets other work run in between: the checks of 1,000 subjects take seconds. */
export async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const [index, item] of items.entries()) {
    if (index > 0) await setImmediate();
    yield item;
  }
}
