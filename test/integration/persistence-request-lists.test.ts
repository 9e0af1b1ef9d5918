import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { REQUEST_STATES, type RequestListQuery, type RequestState } from "../../src/change-requests/index.ts";
import { someNewRequest } from "../support/domain-objects.ts";
import { targetsOf } from "../support/stored-rows.ts";
import { useTestStore } from "../support/use-store.ts";

const store = useTestStore();

const START = new Date("2026-11-01T00:00:00Z");
const hours = (count: number) => new Date(START.getTime() + count * 3_600_000);
const REQUESTERS = ["U0MAYA", "U0THEO", "U0JONAS"];
const USERS = ["u1", "u2", "u3", "u4"];

interface Made {
  readonly id: number;
  readonly state: RequestState;
  readonly requester: string;
  readonly users: readonly string[];
  readonly createdAt: Date;
}

const made: Made[] = [];

beforeAll(async () => {
  const random = fc.record({
    state: fc.constantFrom(...REQUEST_STATES),
    requester: fc.constantFrom(...REQUESTERS),
    users: fc.uniqueArray(fc.constantFrom(...USERS), { minLength: 1, maxLength: 3 }),
    createdAt: fc.integer({ min: 0, max: 400 }).map(hours),
  });
  const content = fc.sample(random, { seed: 18, numRuns: 300 });
  await store.uow.run(async (tx) => {
    for (const { requester, users, ...patch } of content) {
      const { id } = await tx.requests.insert(
        someNewRequest({
          ...patch,
          requester: { slackUserId: requester, email: null },
          targets: targetsOf(...users),
        }),
      );
      // The database sets the state of a new request.
      await tx.requests.update(id, { state: patch.state });
      made.push({ id, requester, users, ...patch });
    }
  });
}, 60_000);

const filter = fc.record({
  states: fc.option(fc.subarray([...REQUEST_STATES], { minLength: 1 })),
  requesterSlackId: fc.option(fc.constantFrom(...REQUESTERS, "U0NOBODY")),
  userId: fc.option(fc.constantFrom(...USERS, "u9")),
  since: fc.option(fc.integer({ min: -1, max: 401 }).map(hours)),
});
type Filter = Omit<RequestListQuery, "below" | "atLeast" | "order" | "limit">;

function fits({ states, requesterSlackId, userId, since }: Filter) {
  return (each: Made) =>
    (states?.includes(each.state) ?? true) &&
    (requesterSlackId ?? each.requester) === each.requester &&
    (userId === null || each.users.includes(userId)) &&
    (since === null || each.createdAt >= since);
}

/** The numbers on all pages of a list, page by page. */
async function pagesOf(
  filtered: Filter,
  order: RequestListQuery["order"],
  limit: number,
): Promise<number[][]> {
  const pages: number[][] = [];
  let place: Pick<RequestListQuery, "below" | "atLeast"> = { below: null, atLeast: null };
  for (;;) {
    const query = { ...filtered, ...place, order, limit };
    const subjects = await store.uow.read(({ requests }) => requests.listSubjects(query));
    const ids = subjects.map(({ id }) => id);
    for (const { id, targets } of subjects)
      expect(targets.map(({ userId }) => userId)).toEqual(made.find((each) => each.id === id)?.users);
    pages.push(ids);
    const last = ids.at(-1);
    if (last === undefined || ids.length < limit) return pages;
    place = order === "newest_first" ? { below: last, atLeast: null } : { below: null, atLeast: last + 1 };
  }
}

test("over all its pages, a list of requests has each that fits its filters once, in order, and no other", async () => {
  const order = fc.constantFrom("newest_first" as const, "oldest_first" as const);
  await fc.assert(
    fc.asyncProperty(filter, order, fc.integer({ min: 1, max: 60 }), async (filtered, from, limit) => {
      const pages = await pagesOf(filtered, from, limit);
      const fitting = made.filter(fits(filtered)).map(({ id }) => id);
      expect(pages.flat()).toEqual(from === "newest_first" ? fitting.toReversed() : fitting);
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
    }),
    { numRuns: 30 },
  );
});
