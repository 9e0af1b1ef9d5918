import { setImmediate } from "node:timers/promises";
import {
  type Authorizer,
  CHANGE_KINDS,
  type ChangeAction,
  type ChangeKind,
  type PermittedPerson,
  type Person,
  RECENT,
  type SubjectFacts,
  TENANT_ACTIONS,
} from "../../authorization/index.ts";
import { isIncydrError } from "../../incydr/index.ts";
import { type Identify, UnmappedOperatorError } from "../../subjects/index.ts";
import { storedName, type WhoAmI } from "../model/tenant-answers.ts";
import { supposedChange } from "../policy/explain-permission.ts";

/** How long the answer waits for Incydr, in milliseconds. */
const IDENTIFY_DEADLINE_MS = 5_000;

/** The actions on changes, in the order of a request's life, and the changes that each is about. */
const ON_CHANGES: readonly (readonly [ChangeAction, readonly ChangeKind[]])[] = [
  ["request", CHANGE_KINDS],
  ["approve", CHANGE_KINDS],
  ["deny", CHANGE_KINDS],
  ["cancel", CHANGE_KINDS],
  ["emergency", ["deactivate"]],
  ["ratify", ["deactivate"]],
  ["revoke", ["add_roles"]],
];

/** An ordinary user, to whom no special rule applies. */
const ORDINARY: SubjectFacts = {
  ...{ userId: "ordinary", username: "ordinary user", org: "", slackUserIds: [], active: true },
  ...{ roleNames: [], privileged: false, protected: false, legalHold: "no" },
};

/**
 * Makes the function that tells a person who they are in Incydr, their groups, and what the policies let them do to an
 * ordinary user. It is audited as little as `explainPermission`: only a forbidden attempt is.
 * @throws {ForbiddenError} if the policies forbid look-ups
 */
export function createWhoAmI(options: {
  authorizer: Authorizer;
  identify: Identify;
  operatorMap: ReadonlyMap<string, string>;
}) {
  const { authorizer, identify, operatorMap } = options;

  return async function whoAmI(slackUserId: string): Promise<WhoAmI> {
    const person = await authorizer.authorize(slackUserId, "lookup", { freshness: RECENT });
    return {
      slackUserId,
      displayName: storedName(person.displayName),
      incydr: await incydrUserOf(person),
      groups: person.groups.map((handle) => ({ handle, minutes: minutesIn(person, handle) })),
      groupsAgeMinutes: RECENT.maxAgeMs / 60_000,
      may: [...tenantActions(person), ...(await changeActions(person))],
    };
  };

  async function incydrUserOf(person: Person): Promise<WhoAmI["incydr"]> {
    const mapped = operatorMap.get(person.slackUserId);
    const by = mapped === undefined ? "email" : "map";
    const username = mapped ?? person.email;
    if (username === null) return { user: null, why: "no_address" };
    try {
      const user = await identify(person, "interactive", IDENTIFY_DEADLINE_MS);
      return { user: { userId: user.userId, username: storedName(user.username ?? user.userId) }, by };
    } catch (error) {
      const failed = { user: null, by, username: storedName(username) } as const;
      if (error instanceof UnmappedOperatorError) return { ...failed, why: "none" };
      if (isIncydrError(error)) return { ...failed, why: "unavailable" };
      throw error;
    }
  }

  function tenantActions(person: PermittedPerson): WhoAmI["may"] {
    return TENANT_ACTIONS.filter((action) => authorizer.explain({ principal: person, action }).allowed).map(
      (action) => ({ action, changes: null }),
    );
  }

  async function changeActions(person: PermittedPerson): Promise<WhoAmI["may"]> {
    const permitted: WhoAmI["may"][number][] = [];
    for (const [action, kinds] of ON_CHANGES) {
      // All questions together would block the event loop for about 100 ms.
      await setImmediate();
      const changes = kinds.filter((kind) => {
        const subject = { ...ORDINARY, active: kind !== "activate" };
        return authorizer.check(person, action, { subject, change: supposedChange(person, action, kind) })
          .allowed;
      });
      if (changes.length > 0)
        permitted.push({ action, changes: changes.length === kinds.length ? null : changes });
    }
    return permitted;
  }
}

export type TellWhoAmI = ReturnType<typeof createWhoAmI>;

/** A group without an entry counts as just joined. */
function minutesIn({ minutesInGroups }: Person, handle: string): number | null {
  const minutes = minutesInGroups[handle];
  return minutes === null ? null : Math.max(0, Math.floor(minutes ?? 0));
}
