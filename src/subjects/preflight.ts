import {
  type Actor,
  type CallOptions,
  type IncydrReader,
  isIncydrError,
  listDevices,
  type User,
} from "../incydr/index.ts";
import {
  type Finding,
  finding,
  namesIn,
  readLegalHold,
  readRoles,
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
      readRoles(incydr, userId, { lane: "interactive" }),
      finding(async () => {
        const devices = await listDevices(incydr.users, userId, { active: true }, options);
        return namesIn(devices, () =>
          devices.map(({ name, osHostname, deviceId }) => name ?? osHostname ?? deviceId ?? "unnamed"),
        );
      }),
      finding(async () => {
        const agents = await incydr.agents.getAgents(userId, { active: true }, options);
        return namesIn(agents, () => agents.map(({ name, agentId }) => name ?? agentId ?? "unnamed"));
      }),
      finding(() => readLegalHold(incydr, userId, options)),
      finding(() => readWatchlists(incydr, user, options)),
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

/** Titles of the watchlists a user is on. */
async function readWatchlists(
  incydr: IncydrReader,
  { username }: User,
  options: CallOptions,
): Promise<readonly string[] | "unknown"> {
  // Actors are known by their usernames alone.
  if (username === null) return "unknown";
  const actor = await findActor(incydr, username, options);
  if (!actor) return [];
  const watchlists = await incydr.watchlists.of(actor.actorId, options);
  return namesIn(watchlists, () =>
    watchlists.map(({ title, listType, watchlistId }) => title ?? listType ?? watchlistId ?? "unnamed"),
  );
}

/**
 * The actor of a username; null if neither the look-up by name nor the search has one. The reference SDK documents
 * the 404 of the look-up. A 404 of the search is an unexpected answer.
 */
async function findActor(
  incydr: IncydrReader,
  username: string,
  options: CallOptions,
): Promise<Actor | null> {
  try {
    return await incydr.actors.byName(username, options);
  } catch (error) {
    if (isIncydrError(error, "not_found")) return null;
    throw error;
  }
}

export type ReadPreflight = ReturnType<typeof createPreflight>;
