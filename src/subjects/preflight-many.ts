import type { User } from "../incydr/index.ts";
import type { Preflight } from "./preflight.ts";
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
/** What isn't read of many, because every fact is a call for each of them. */
const NOT_READ: Finding = { fact: "unknown", names: [], notAsked: true };

/**
 * Makes the function that reads of many users what a change of them depends on: account, roles, and legal
 * hold. Agents, devices and watchlists stay unknown. A user that can't be read has a fault.
 * @throws {IncydrError} when Incydr as a whole doesn't answer.
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
    return {
      ...state,
      displayName: [user.firstName, user.lastName].filter(Boolean).join(" ") || state.username,
      blocked: user.blocked ?? false,
      devices: NOT_READ,
      agents: NOT_READ,
      watchlists: NOT_READ,
    };
  }
}

export type PreflightMany = ReturnType<typeof createPreflightMany>;
