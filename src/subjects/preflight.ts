import type { User } from "../incydr/index.ts";
import {
  type Finding,
  finding,
  readLegalHold,
  type SubjectState,
  type SubjectStateOptions,
  subjectState,
} from "./subject-state.ts";

/** What was read of a subject before a change. */
export interface Preflight extends SubjectState {
  /** First and last name, or the username if Incydr knows neither. */
  readonly displayName: string;
  readonly blocked: boolean;
  /** Devices that are active. */
  readonly devices: Finding;
  /** Agents that are active: they still report. */
  readonly agents: Finding;
  readonly watchlists: Finding;
}

/** How long a fact that may stay unknown is waited for, in milliseconds. */
const FINDING_TIMEOUT_MS = 5_000;

/**
 * Makes the function that reads, for somebody who waits, everything that is to be known before a change.
 * Account and roles have to be readable; each of the others becomes `unknown` when Incydr refuses or doesn't
 * answer in time.
 */
export function createPreflight({ incydr, protectedUsernames }: SubjectStateOptions) {
  return async function preflight(user: User): Promise<Preflight> {
    const { userId } = user;
    const options = { lane: "interactive", deadlineMs: FINDING_TIMEOUT_MS } as const;
    const [roles, devices, agents, legalHold, watchlists] = await Promise.all([
      incydr.users.listUserRoles(userId, { lane: "interactive" }),
      finding(async () => {
        const { devices } = await incydr.users.getDevices(userId, { active: true }, options);
        return devices.map(({ name, osHostname, deviceId }) => name ?? osHostname ?? deviceId ?? "unnamed");
      }),
      finding(async () => {
        const agents = await incydr.agents.getAgents(userId, { active: true }, options);
        return agents.map(({ name, agentId }) => name ?? agentId ?? "unnamed");
      }),
      finding(() => readLegalHold(incydr, userId, options)),
      finding(async () => {
        const { actorId } = await incydr.actors.byName(user.username ?? userId, options);
        const watchlists = await incydr.watchlists.of(actorId, options);
        return watchlists.map(
          ({ title, listType, watchlistId }) => title ?? listType ?? watchlistId ?? "unnamed",
        );
      }),
    ]);
    const state = subjectState({ user, roles, legalHold, protectedUsernames });
    return {
      ...state,
      displayName: [user.firstName, user.lastName].filter(Boolean).join(" ") || state.username,
      blocked: user.blocked ?? false,
      devices,
      agents,
      watchlists,
    };
  };
}

export type ReadPreflight = ReturnType<typeof createPreflight>;
