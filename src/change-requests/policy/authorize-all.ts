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
 * Lets a person do something about a change to every one of its subjects, or throws. Their entitlement names each policy
 * and group that it takes for any of the subjects.
 * @throws {ForbiddenError} for the first subject of which the policy forbids it, after auditing the attempt.
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
  if (!person) throw new Error("Nobody is asked about a change without subjects.");
  const policyIds = new Set(entitlements.flatMap((each) => each.policyIds));
  const groups = new Set(entitlements.flatMap((each) => each.groups));
  return { ...person, entitlement: { policyIds: [...policyIds], groups: [...groups] } };
}

/** The smallest number of approvals with which the change may run for every subject; `null` if none would do. */
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

/** Why the policy forbids something about one of the subjects; `null` if it forbids it of none. */
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

/**
 * The subjects of a change one after the other. A thousand take seconds: other work gets its turn between two of them.
 */
export async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const [index, item] of items.entries()) {
    if (index > 0) await setImmediate();
    yield item;
  }
}
