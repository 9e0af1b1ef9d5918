import {
  type IncydrReader,
  isComplete,
  isIdShaped,
  isIncydrError,
  type Org,
  parseUserId,
  type ReadUser,
  readAllUsers,
} from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { shownOf } from "./preflight.ts";
import { readRoles, roleRefs } from "./subject-state.ts";
import type { DirectoryOrg, DirectoryReading, DirectoryStore, DirectoryUser } from "./tenant-directory.ts";

/** The part of Incydr's limit that the readings may use. */
const PART_OF_LIMIT = 0.2;

/** The pause between two readings of a whole list, in milliseconds: after a complete one, and after any other. */
const READ_LIST_AFTER_MS = { complete: 15 * 60_000, incomplete: 5 * 60_000 };
/** The roles of a user are read again after this time, in milliseconds: after a reading, and after a failure. */
const READ_ROLES_AFTER_MS = { read: 6 * 3_600_000, failed: 15 * 60_000 };
/** The most users whose roles one turn reads. After it, another replica can take over. */
const ROLES_IN_A_TURN = 50;
/** If the roles of this many users in a row can't be read, Incydr as a whole does not answer. */
const MOST_FAILURES_IN_A_ROW = 5;
/** The pause if nothing is due, in milliseconds. */
const IDLE_MS = 60_000;
/** Organizations in one request. */
const ORGS_IN_A_REQUEST = 100;

/** Does the next part of the readings. Resolves to the pause until the following part, in milliseconds. */
export type FillDirectory = (signal: AbortSignal) => Promise<number>;

/**
 * Creates the function that fills the directory: all users, then all organizations, then the roles of users. It takes at
 * most a fifth of Incydr's limit, with the lowest priority. Incydr's pages can't be resumed, because users may move
 * between them: an interrupted reading of a list starts again, and keeps its records. The roles go on with the oldest.
 * @throws the errors of Incydr and of the store; a later call continues
 */
export function createFillDirectory(options: {
  readonly incydr: Pick<IncydrReader, "users" | "orgs" | "limiter">;
  readonly store: DirectoryStore;
  readonly clock: Clock;
  /** Spreads the requests. It never goes backwards. */
  readonly ages: Clock;
}): FillDirectory {
  const { incydr, store, clock, ages } = options;
  const pace = createPace({
    clock: ages,
    perMinute: () => PART_OF_LIMIT * incydr.limiter.read().requestsPerMinute,
  });

  async function isDue(kind: DirectoryReading["kind"]): Promise<boolean> {
    const last = await store.lastReading(kind);
    if (!last?.finishedAt) return true;
    const pauseMs = READ_LIST_AFTER_MS[last.isComplete ? "complete" : "incomplete"];
    const sinceMs = clock.now().getTime() - last.finishedAt.getTime();
    // The time of an earlier reading can lie ahead if the database's clock was set back.
    return Math.abs(sinceMs) >= pauseMs;
  }

  /** Waits until a request may start, and notes the moment before it. */
  async function nextRequest(signal: AbortSignal): Promise<Date> {
    await pace.wait(signal);
    return clock.now();
  }

  async function reading(
    kind: DirectoryReading["kind"],
    signal: AbortSignal,
    read: (id: number, signal: AbortSignal) => Promise<{ isComplete: boolean }>,
  ): Promise<void> {
    const id = await store.beginReading(kind, clock.now());
    let isComplete = false;
    try {
      ({ isComplete } = await read(id, signal));
    } finally {
      // A reading that this process interrupts stays open, so that another begins at once.
      if (!signal.aborted) await store.finishReading(id, { isComplete, finishedAt: clock.now() });
    }
  }

  async function readUsers(id: number, signal: AbortSignal) {
    let readCount = 0;
    let unusable = 0;
    const { complete } = await readAllUsers(incydr.users, {
      call: { lane: "background", signal },
      beforePage: nextRequest,
      async onUsers(read, totalCount) {
        const users = read.flatMap((each) => directoryUser(each) ?? []);
        unusable += read.length - users.length;
        readCount += users.length;
        await store.saveUsers(users);
        await store.noteProgress(id, { readCount, totalCount });
      },
    });
    return { isComplete: complete && unusable === 0 };
  }

  async function readOrgs(id: number, signal: AbortSignal) {
    const readAt = await nextRequest(signal);
    const orgs = await incydr.orgs.list({}, { lane: "background", signal });
    pace.spend(Math.ceil(orgs.length / ORGS_IN_A_REQUEST));
    const usable = orgs.filter(({ orgGuid }) => isIdShaped(orgGuid));
    await store.saveOrgs(usable.map((org) => directoryOrg(org, readAt)));
    await store.noteProgress(id, { readCount: usable.length, totalCount: null });
    return { isComplete: isComplete(orgs) && usable.length === orgs.length };
  }

  async function readRolesOf(userIds: readonly string[], signal: AbortSignal): Promise<void> {
    let failuresInARow = 0;
    for (const userId of userIds) {
      const readAt = await nextRequest(signal);
      try {
        const id = parseUserId(userId);
        const roles = await readRoles(incydr, id, { lane: "background", signal });
        await store.saveRoles(userId, roleRefs(roles), readAt);
        failuresInARow = 0;
      } catch (error) {
        if (!mayConcernUser(error)) throw error;
        await store.noteFailedRoles(userId, readAt);
        failuresInARow += 1;
        if (failuresInARow >= MOST_FAILURES_IN_A_ROW) throw error;
      }
    }
  }

  return async function fillDirectory(signal) {
    if (await isDue("users")) {
      await reading("users", signal, readUsers);
      return 0;
    }
    if (await isDue("orgs")) {
      await reading("orgs", signal, readOrgs);
      return 0;
    }
    const ago = (ms: number) => new Date(clock.now().getTime() - ms);
    const due = { readBefore: ago(READ_ROLES_AFTER_MS.read), failedBefore: ago(READ_ROLES_AFTER_MS.failed) };
    const userIds = await store.usersToReadRolesOf(due, ROLES_IN_A_TURN);
    await readRolesOf(userIds, signal);
    return userIds.length > 0 ? 0 : IDLE_MS;
  };
}

/** Whether Incydr may fail for this user alone, so that the others are read. */
function mayConcernUser(error: unknown): boolean {
  if (isIncydrError(error, "unexpected_answer", "forbidden", "invalid")) return true;
  return isIncydrError(error, "unavailable") && error.status !== null;
}

/** The record of a user; `null` for an id that no later request could name. */
export function directoryUser({ user, readAt }: ReadUser): DirectoryUser | null {
  const { userId, username, active, blocked, orgGuid, orgName } = user;
  if (!isIdShaped(userId)) return null;
  return {
    ...{ userId, active, blocked, orgName, readAt },
    username: username ?? userId,
    displayName: shownOf(user).displayName,
    orgGuid: orgGuid !== null && isIdShaped(orgGuid) ? orgGuid : null,
  };
}

function directoryOrg(
  { orgGuid, orgName, parentOrgGuid, active, userCount }: Org,
  readAt: Date,
): DirectoryOrg {
  const isCount = Number.isSafeInteger(userCount) && Number(userCount) >= 0;
  return {
    ...{ orgGuid, active, readAt },
    orgName: orgName ?? orgGuid,
    parentOrgGuid: parentOrgGuid !== null && isIdShaped(parentOrgGuid) ? parentOrgGuid : null,
    userCount: isCount ? userCount : null,
  };
}

/** Spreads requests evenly over time. */
interface Pace {
  /** Resolves when the next request may start; rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void>;
  /** Takes the times of further requests that a call made by itself. */
  spend(requests: number): void;
}

/** @param options.perMinute the requests in a minute now; `Infinity` for no limit */
function createPace({ clock, perMinute }: { clock: Clock; perMinute: () => number }): Pace {
  let freeAtMs = Number.NEGATIVE_INFINITY;
  const take = (requests: number): number => {
    const nowMs = clock.now().getTime();
    const startsAtMs = Math.max(nowMs, freeAtMs);
    freeAtMs = startsAtMs + (60_000 * requests) / perMinute();
    return startsAtMs - nowMs;
  };
  return {
    async wait(signal) {
      signal.throwIfAborted();
      const waitMs = take(1);
      if (waitMs > 0) await clock.sleep(waitMs, signal);
    },

    spend(requests) {
      take(requests);
    },
  };
}
