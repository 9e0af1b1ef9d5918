import {
  type Actor,
  type CallOptions,
  type IncydrReader,
  isIncydrError,
  listDevices,
  type User,
} from "../incydr/index.ts";
import type { FindSubject } from "./find-subject.ts";
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

/** The facts of a subject, read before a change. */
export interface Preflight extends SubjectState {
  /** First and last name, or the username if Incydr knows neither. */
  readonly displayName: string;
  readonly blocked: boolean;
  readonly devices: Finding;
  /** Active agents, which still report. */
  readonly agents: Finding;
  readonly watchlists: Finding;
}

/** How long the bot waits for a fact that may stay unknown, in milliseconds. */
const FINDING_TIMEOUT_MS = 5_000;

/**
 * Creates the function that reads all facts of a subject for a person who waits. Account and roles must be readable. Each
 * other fact becomes `unknown` if Incydr refuses it or does not answer in time.
 */
export function createPreflight({ incydr, protectedUsernames }: SubjectStateOptions) {
  return async function preflight(user: User, early: EarlyActor | null = null): Promise<Preflight> {
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
      finding(() => readWatchlists(incydr, user, options, early)),
    ]);
    const state = subjectState({ user, roles, legalHold, protectedUsernames });
    return { ...state, ...shownOf(user), devices, agents, watchlists };
  };
}

/** The look-up of an actor that began before the user was found. */
interface EarlyActor {
  readonly username: string;
  readonly actor: Promise<Actor | null>;
}

/**
 * Creates the function that finds a subject and reads the preflight. Watchlists need the actor of the username, which is
 * looked up beside the user. @throws the errors of `findSubject`, and of the readings of the account and the roles
 */
export function createReadSubject({
  incydr,
  findSubject,
  preflight,
}: {
  incydr: IncydrReader;
  findSubject: FindSubject;
  preflight: ReadPreflight;
}) {
  return async function readSubject(who: string): Promise<Preflight> {
    const notFound = new AbortController();
    let early: EarlyActor | null = null;
    const onUsername = (username: string) => {
      // Without an @ a text may be part of many usernames, and is no actor.
      if (!username.includes("@")) return;
      const options = {
        lane: "interactive",
        deadlineMs: FINDING_TIMEOUT_MS,
        signal: notFound.signal,
      } as const;
      const actor = findActor(incydr, username, options);
      actor.catch(() => undefined);
      early = { username, actor };
    };
    try {
      return await preflight(await findSubject(who, onUsername), early);
    } catch (error) {
      notFound.abort(error);
      throw error;
    }
  };
}

export type ReadSubject = ReturnType<typeof createReadSubject>;

/** The facts of an account that are only shown. */
export function shownOf(user: User): Pick<Preflight, "displayName" | "blocked"> {
  const { firstName, lastName, username, userId, blocked } = user;
  const displayName = [firstName, lastName].filter(Boolean).join(" ") || (username ?? userId);
  return { displayName, blocked: blocked ?? false };
}

/** Titles of the watchlists a user is on. */
async function readWatchlists(
  incydr: IncydrReader,
  { username }: User,
  options: CallOptions,
  early: EarlyActor | null,
): Promise<readonly string[] | "unknown"> {
  // Incydr identifies actors by username only.
  if (username === null) return "unknown";
  // It is not documented whether the look-up of actors is case-sensitive, so another spelling is looked up again.
  const actor = await (early?.username === username ? early.actor : findActor(incydr, username, options));
  if (!actor) return [];
  const watchlists = await incydr.watchlists.of(actor.actorId, options);
  return namesIn(watchlists, () =>
    watchlists.map(({ title, listType, watchlistId }) => title ?? listType ?? watchlistId ?? "unnamed"),
  );
}

/**
 * The actor of a username; `null` if there is none. The reference SDK documents the 404 of the look-up by name. A 404 of
 * the search is an unexpected answer.
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
