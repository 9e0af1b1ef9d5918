import { type IncydrReader, isComplete, isIncydrError, type List } from "../../incydr/index.ts";
import { type Clock, isFresh } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";

/** The part of a reader that gives the roles and organizations which a form offers. */
export interface ListReader {
  readonly users: Pick<IncydrReader["users"], "listRoles">;
  readonly orgs: IncydrReader["orgs"];
}

/** How old a remembered list may be, in milliseconds. */
const MAX_AGE_MS = 15 * 60_000;
/** If a list is older, its next use starts a reading in the background. In milliseconds. */
const REFRESH_AFTER_MS = 5 * 60_000;

/**
 * Remembers the roles and organizations for 15 minutes. An incomplete list is not remembered. Before a remembered list
 * leads to a refusal, `with` reads it again.
 */
export interface RememberedLists {
  /** The time by the clock of the lists, which may differ from other clocks. For `since`. */
  now(): Date;
  /** Begins to read a list that a form will need. `since` as for `with`. */
  prefetch(list: "roles" | "orgs", since?: Date): void;
  /**
   * Calls `use` with a reader of remembered lists. If `use` refuses by a remembered list, calls it again with a reader of
   * new lists.
   * @param since no list that was read before this time is used; default: 15 minutes ago
   */
  with<T>(use: (incydr: ListReader) => Promise<T>, since?: Date): Promise<T>;
}

export function createRememberedLists({
  incydr,
  clock,
}: {
  incydr: IncydrReader;
  clock: Pick<Clock, "now">;
}): RememberedLists {
  const roles = rememberList((lane) => incydr.users.listRoles({ lane }), clock);
  const orgs = rememberList((lane) => incydr.orgs.list({}, { lane }), clock);
  const get: IncydrReader["orgs"]["get"] = (...asked) => incydr.orgs.get(...asked);
  const anew: ListReader = { users: { listRoles: roles.getAnew }, orgs: { list: orgs.getAnew, get } };
  return {
    now: () => clock.now(),
    prefetch: (list, since) => void (list === "roles" ? roles : orgs).get(since).catch(() => undefined),

    async with(use, since) {
      let isRemembered = false;
      const noteAge = <Item>({ list, remembered }: Remembered<Item>): List<Item> => {
        isRemembered ||= remembered;
        return list;
      };
      try {
        return await use({
          users: { listRoles: async () => noteAge(await roles.get(since)) },
          orgs: { list: async () => noteAge(await orgs.get(since)), get },
        });
      } catch (error) {
        const isRefusal = error instanceof AppError && !isIncydrError(error);
        if (!isRefusal || !isRemembered) throw error;
        return use(anew);
      }
    },
  };
}

interface Remembered<Item> {
  readonly list: List<Item>;
  readonly remembered: boolean;
}

type ReadList<Item> = (lane: "interactive" | "background") => Promise<List<Item>>;

function rememberList<Item>(read: ReadList<Item>, clock: Pick<Clock, "now">) {
  let known: { readonly list: List<Item>; readonly atMs: number } | null = null;
  let underWay: Promise<List<Item>> | null = null;
  let isRefreshing = false;

  async function readNow(lane: "interactive" | "background"): Promise<List<Item>> {
    const atMs = clock.now().getTime();
    const list = await read(lane);
    if (isComplete(list) && (!known || known.atMs <= atMs)) known = { list, atMs };
    return list;
  }

  /** People who wait at the same time share a call. */
  function readOnce(): Promise<List<Item>> {
    underWay ??= readNow("interactive").finally(() => {
      underWay = null;
    });
    return underWay;
  }

  function refresh(): void {
    if (isRefreshing) return;
    isRefreshing = true;
    // If it fails, the list stays until its age is over.
    readNow("background").then(
      () => {
        isRefreshing = false;
      },
      () => {
        isRefreshing = false;
      },
    );
  }

  async function get(since?: Date): Promise<Remembered<Item>> {
    const nowMs = clock.now().getTime();
    if (known && since && known.atMs >= since.getTime()) return { list: known.list, remembered: false };
    if (!known || since || !isFresh(known, nowMs, MAX_AGE_MS))
      return { list: await readOnce(), remembered: false };
    if (!isFresh(known, nowMs, REFRESH_AFTER_MS)) refresh();
    return { list: known.list, remembered: true };
  }

  return {
    get,
    getAnew: () => readNow("interactive"),
  };
}
