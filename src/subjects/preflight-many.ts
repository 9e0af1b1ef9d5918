import type { User } from "../incydr/index.ts";
import { type Preflight, shownOf } from "./preflight.ts";
import { type ReadFault, readEach } from "./read-each.ts";
import {
  type Finding,
  finding,
  readLegalHold,
  readRoles,
  type SubjectStateOptions,
  subjectState,
} from "./subject-state.ts";

const BULK = { lane: "bulk", deadlineMs: 300_000 } as const;
/** A fact that is not read, because it would take one more call for each user. */
const NOT_READ: Finding = { fact: "unknown", names: [], notAsked: true };

/**
 * Creates the function that reads the account, roles and legal hold of many users. Agents, devices and watchlists stay
 * unknown. A user that cannot be read has a fault.
 * @throws {IncydrError} if Incydr as a whole does not answer
 */
export function createPreflightMany({ incydr, protectedUsernames }: SubjectStateOptions) {
  return async function preflightMany(
    users: readonly User[],
  ): Promise<ReadonlyMap<string, Preflight | ReadFault>> {
    const read = await readEach(users, preflightOne);
    return new Map([...read].map(([{ userId }, each]) => [userId as string, each])); // a branded id is a string
  };

  async function preflightOne(user: User): Promise<Preflight | ReadFault> {
    if (user.active === null) return { fault: { kind: "activity_unknown" } };
    const [roles, legalHold] = await Promise.all([
      readRoles(incydr, user.userId, BULK),
      finding(() => readLegalHold(incydr, user.userId, BULK)),
    ]);
    const state = subjectState({ user, roles, legalHold, protectedUsernames });
    return { ...state, ...shownOf(user), devices: NOT_READ, agents: NOT_READ, watchlists: NOT_READ };
  }
}

export type PreflightMany = ReturnType<typeof createPreflightMany>;
