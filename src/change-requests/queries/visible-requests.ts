import { type HiddenFrom, isStoredAsAny } from "../confidentiality/hidden-from.ts";
import type { IdentityKeys } from "../confidentiality/identity-keys.ts";
import type { ChangeRequest } from "../model/change-request.ts";
import type { RequestListQuery, RequestSubjects, UnitOfWork } from "../ports/storage.ts";

/** The requests that a list matches, in any order and part. */
export type Matching = Omit<RequestListQuery, "below" | "atLeast" | "order" | "limit">;

/** The number of matching requests that a reader may see. */
export interface VisibleCount {
  /** At most `MOST_COUNTED`. */
  readonly total: number;
  /** Whether there are more than `total`. */
  readonly isMore: boolean;
  /** The requests with this number or a greater one; `null` if there are more of them than are counted. */
  readonly newer: number | null;
}

/** The visible requests that are counted at most for a list. */
export const MOST_COUNTED = 1_000;

/** The requests whose subjects are read at once: a bulk may have 1,000 of them. */
const READ_AT_ONCE = 20;

/** The most subjects of a bulk whose present Slack accounts are looked up for a list. */
const MOST_LOOKED_UP = 20;

/** Reads matching requests without those of which the reader is a subject. */
export function createVisibleRequests({ hiddenFrom, uow }: { hiddenFrom: HiddenFrom; uow: UnitOfWork }) {
  return {
    /** The visible requests with smaller numbers than `below`, the newest first. */
    below: (reader: IdentityKeys, matching: Matching, below: number | null) =>
      visible(reader, { ...matching, below, atLeast: null, order: "newest_first" }),

    /** The visible requests with this number or a greater one, the oldest first. */
    atLeast: (reader: IdentityKeys, matching: Matching, atLeast: number) =>
      visible(reader, { ...matching, below: null, atLeast, order: "oldest_first" }),

    /** Counts the visible requests, and those from the number `from` on. */
    async count(reader: IdentityKeys, matching: Matching, from: number | null): Promise<VisibleCount> {
      let total = 0;
      let newer = 0;
      let below: number | null = null;
      for (;;) {
        const place = { below, atLeast: null, order: "newest_first", limit: READ_AT_ONCE } as const;
        const part: readonly RequestSubjects[] = await uow.read(({ requests }) =>
          requests.listSubjects({ ...matching, ...place }),
        );
        const areHidden = await Promise.all(part.map((request) => isHidden(reader, request)));
        for (const [index, { id }] of part.entries()) {
          if (areHidden[index]) continue;
          if (total === MOST_COUNTED) {
            const isFound = from === null || id < from;
            return { total, isMore: true, newer: isFound ? newer : null };
          }
          total += 1;
          if (from !== null && id >= from) newer += 1;
        }
        if (part.length < READ_AT_ONCE) return { total, isMore: false, newer };
        below = part.at(-1)?.id ?? null;
      }
    },
  };

  async function* visible(
    reader: IdentityKeys,
    first: Omit<RequestListQuery, "limit">,
  ): AsyncGenerator<ChangeRequest> {
    let query = { ...first, limit: READ_AT_ONCE };
    for (;;) {
      const part = await uow.read(({ requests }) => requests.listSubjects(query));
      for (const found of part) {
        // A reader may be the subject of thousands, whose facts are long.
        if (await isHidden(reader, found)) continue;
        const request = await uow.read(({ requests }) => requests.get(found.id));
        // Meanwhile it may have left the list.
        if (request && (query.states?.includes(request.state) ?? true)) yield request;
      }
      const last = part.at(-1);
      if (!last || part.length < READ_AT_ONCE) return;
      query =
        query.order === "newest_first" ? { ...query, below: last.id } : { ...query, atLeast: last.id + 1 };
    }
  }

  /**
   * Whether the reader is a subject. The subjects of a long bulk are compared by what is stored, and a reader without
   * an Incydr user counts as one of them.
   */
  async function isHidden(reader: IdentityKeys, { targets }: RequestSubjects): Promise<boolean> {
    if (targets.length <= MOST_LOOKED_UP) return hiddenFrom.isAnyOf(reader, targets);
    return reader.userIds.length === 0 || isStoredAsAny(reader, targets);
  }
}
