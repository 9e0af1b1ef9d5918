import type { User } from "../incydr/index.ts";
import { inParallel } from "./in-parallel.ts";
import type { Preflight } from "./preflight.ts";
import {
  type Finding,
  finding,
  readLegalHold,
  type SubjectStateOptions,
  subjectState,
} from "./subject-state.ts";

const BULK = { lane: "bulk", deadlineMs: 300_000 } as const;
/** What isn't read of many, because every fact is a call for each of them. */
const NOT_READ: Finding = { fact: "unknown", names: [] };

/**
 * Makes the function that reads of many users what a change of them depends on: account, roles, and legal
 * hold. Agents, devices and watchlists stay unknown.
 * @throws {IncydrError} when Incydr doesn't answer.
 */
export function createPreflightMany({ incydr, protectedUsernames }: SubjectStateOptions) {
  return async function preflightMany(users: readonly User[]): Promise<ReadonlyMap<string, Preflight>> {
    const read = new Map<string, Preflight>();
    await inParallel(users, async (user) => {
      const [roles, legalHold] = await Promise.all([
        incydr.users.listUserRoles(user.userId, BULK),
        finding(() => readLegalHold(incydr, user.userId, BULK)),
      ]);
      const state = subjectState({ user, roles, legalHold, protectedUsernames });
      read.set(user.userId, {
        ...state,
        displayName: [user.firstName, user.lastName].filter(Boolean).join(" ") || state.username,
        orgGuid: user.orgGuid ?? "",
        blocked: user.blocked ?? false,
        devices: NOT_READ,
        agents: NOT_READ,
        watchlists: NOT_READ,
      });
    });
    return read;
  };
}

export type PreflightMany = ReturnType<typeof createPreflightMany>;
