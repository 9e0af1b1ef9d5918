import fc from "fast-check";
import { expect, test } from "vitest";
import type { Authorizer, PeopleDirectory, Person } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createHiddenFrom,
  createRequestQueries,
  REQUEST_LISTS,
  REQUEST_STATES,
  type RequestFilter,
  type RequestListQuery,
  type RequestPage,
} from "../../../../src/change-requests/index.ts";
import { MOST_COUNTED } from "../../../../src/change-requests/queries/visible-requests.ts";
import {
  someChannels,
  someFacts,
  someLead,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { clockAt, uowOf } from "../../../support/stub-ports.ts";

const AT = new Date("2026-11-01T09:00:00Z");
const THEO = someLead();

/** A request about these users. Theo, whose Incydr user is `u-theo`, can approve those about users such as `a1`. */
function requestAbout(
  id: number,
  users: readonly string[],
  patch: Partial<ChangeRequest> = {},
): ChangeRequest {
  const targets = users.map((userId, position) => {
    const username = userId === "u-theo" ? String(THEO.email) : `${userId}@x.example`;
    return someTarget({ position, slackUserIds: [], facts: someFacts({ userId, username }) });
  });
  return someRequest({
    id,
    targets,
    targetCount: targets.length,
    createdAt: new Date(AT.getTime() + id),
    ...patch,
  });
}

/** As the database does it. */
function matching(stored: readonly ChangeRequest[], query: RequestListQuery): readonly ChangeRequest[] {
  const { states, requesterSlackId, userId, since, below, atLeast, order, limit } = query;
  const found = stored.filter(
    (each) =>
      (states?.includes(each.state) ?? true) &&
      (requesterSlackId === null || each.requester.slackUserId === requesterSlackId) &&
      (userId === null || each.targets.some((target) => target.userId === userId)) &&
      (since === null || each.createdAt >= since) &&
      (below === null || each.id < below) &&
      (atLeast === null || each.id >= atLeast),
  );
  return found.sort((a, b) => (order === "newest_first" ? b.id - a.id : a.id - b.id)).slice(0, limit);
}

/** Theo's queries of these requests, and the counts that they audit. */
function queriesOf(stored: readonly ChangeRequest[]) {
  const counts: unknown[] = [];
  const read: number[] = [];
  const directory = {
    person: async () => THEO,
    idsByEmail: async () => [],
  } as unknown as PeopleDirectory; // nothing else of it is called
  const denied = (whoCould: readonly string[]) => ({ allowed: false, denial: { whoCould } });
  const authorizer = {
    authorize: async () => ({ ...THEO, policyHash: "p" }),
    pin: async () => authorizer,
    check: ({ slackUserId }: Person, _action: string, { subject }: { subject: { username: string } }) =>
      slackUserId === THEO.slackUserId && subject.username.startsWith("a")
        ? { allowed: true }
        : denied(["leads"]),
  } as unknown as Authorizer; // as above
  const queries = createRequestQueries({
    ...{ authorizer, directory, channels: someChannels(), clock: clockAt(AT) },
    hiddenFrom: createHiddenFrom({ directory, operatorMap: new Map(), identify: async () => "u-theo" }),
    visibleRequest: () => Promise.reject(new Error("No request is named.")),
    readView: () => Promise.reject(new Error("No request is named.")),
    cardLink: async (id) => `https://x.example/${id}`,
    uow: uowOf({
      requests: {
        async get(id: number) {
          read.push(id);
          return stored.find((each) => each.id === id) ?? null;
        },
        listSubjects: async (query: RequestListQuery) =>
          matching(stored, query).map(({ id, targets }) => ({ id, targets })),
      },
      audit: { append: async ({ details }: { details: object }) => void counts.push(details) },
    }),
  });
  return { list: (filter: RequestFilter) => queries.list(THEO.slackUserId, filter), counts, read };
}

const ALL: RequestFilter = { which: "all", by: null, subjectId: null, since: null, below: null };

/** Every page of a list, from the newest request on. */
async function pagesOf(stored: readonly ChangeRequest[], filter: RequestFilter): Promise<RequestPage[]> {
  const { list } = queriesOf(stored);
  const pages: RequestPage[] = [];
  let below: number | null = null;
  do {
    const page: RequestPage = await list({ ...filter, below });
    pages.push(page);
    below = page.older;
  } while (below !== null);
  return pages;
}

const idsOn = ({ requests }: RequestPage) => requests.map(({ requestId }) => requestId);

const user = fc.constantFrom("a1", "a2", "b1", "b2");
const stored = fc
  .array(
    fc.record({
      users: fc.array(user, { minLength: 1, maxLength: 3 }),
      isTheos: fc.boolean(),
      state: fc.constantFrom(...REQUEST_STATES),
      requester: fc.constantFrom(
        { slackUserId: "U0MAYA", email: "maya.lindqvist@harborlight.example" },
        { slackUserId: THEO.slackUserId, email: THEO.email },
      ),
    }),
    { maxLength: 60, size: "max" },
  )
  .map((each) =>
    each.map(({ users, isTheos, ...patch }, index) =>
      requestAbout(index + 1, isTheos ? [...users, "u-theo"] : users, patch),
    ),
  );
const filters = fc.record({
  which: fc.constantFrom(...REQUEST_LISTS),
  by: fc.constantFrom(null, null, "U0MAYA"),
  subjectId: fc.option(user, { freq: 4 }),
  since: fc.constant(null),
  below: fc.constant(null),
});

test("the pages of a list have each request that the reader may see once, as in a world without the others", async () => {
  await fc.assert(
    fc.asyncProperty(stored, filters, async (all, filter) => {
      const readable = all.filter(({ targets }) => targets.every(({ userId }) => userId !== "u-theo"));
      const pages = await pagesOf(all, filter);
      expect(pages).toEqual(await pagesOf(readable, filter));
      const seen = pages.flatMap(idsOn);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
      if (filter.which !== "all") return;
      const fitting = readable.filter(
        ({ requester, targets }) =>
          (filter.by ?? requester.slackUserId) === requester.slackUserId &&
          (filter.subjectId === null || targets.some(({ userId }) => userId === filter.subjectId)),
      );
      expect(seen).toEqual(fitting.map(({ id }) => id).reverse());
      for (const [index, page] of pages.entries())
        expect(page).toMatchObject({ total: fitting.length, isMore: false, first: index * 10 + 1 });
    }),
    { numRuns: 60 },
  );
});

test("the button for newer requests leads back to the page before", async () => {
  await fc.assert(
    fc.asyncProperty(stored, filters, async (all, filter) => {
      const { list } = queriesOf(all);
      const pages = await pagesOf(all, filter);
      for (const [index, page] of pages.entries()) {
        const before = pages[index - 1];
        if (!before) {
          expect(page.newer).toBeUndefined();
          continue;
        }
        expect(page.newer).toBeDefined();
        expect(idsOn(await list({ ...filter, below: page.newer?.below ?? null }))).toEqual(idsOn(before));
      }
    }),
    { numRuns: 40 },
  );
});

test("the list of waiting requests has those that the reader could approve, and is counted if it has one page", async () => {
  const some = [requestAbout(1, ["a1"]), requestAbout(2, ["b1"]), requestAbout(3, ["a1", "u-theo"])];
  const own = requestAbout(4, ["a1"], { requester: { slackUserId: THEO.slackUserId, email: THEO.email } });
  const page = await queriesOf([...some, own]).list({ ...ALL, which: "waiting" });
  expect(page).toMatchObject({ older: null, total: 1, first: 1 });
  expect(idsOn(page)).toEqual([1]);
  const many = Array.from({ length: 25 }, (_, index) => requestAbout(index + 1, ["a1"]));
  const first = await queriesOf(many).list({ ...ALL, which: "waiting" });
  expect(first).toMatchObject({ older: 16, total: null, first: null });
});

test("a page without a waiting request that the reader can approve leads to the older ones", async () => {
  const others = Array.from({ length: 120 }, (_, index) => requestAbout(index + 2, ["b1"]));
  const stored = [requestAbout(1, ["a1"]), ...others];
  const pages = await pagesOf(stored, { ...ALL, which: "waiting" });
  expect(pages.map(idsOn)).toEqual([[], [1]]);
  expect(pages[0]?.older).toBe(22);
});

test("a list of more readable requests than are counted says so, and hides as many as before", async () => {
  const many = Array.from({ length: MOST_COUNTED + 30 }, (_, index) => requestAbout(index + 1, ["b1"]));
  const hidden = Array.from({ length: 40 }, (_, index) => requestAbout(5_000 + index, ["u-theo"]));
  const page = await queriesOf([...many, ...hidden]).list(ALL);
  expect(page).toMatchObject({ total: MOST_COUNTED, isMore: true, first: 1 });
  const exact = await queriesOf([...many.slice(30), ...hidden]).list(ALL);
  expect(exact).toMatchObject({ total: MOST_COUNTED, isMore: false });
  const last = await queriesOf([...many, ...hidden]).list({ ...ALL, below: 11 });
  expect(last).toMatchObject({ isMore: true, first: null, older: null, newer: { below: 21 } });
  const between = await queriesOf([...many, ...hidden]).list({ ...ALL, below: 36 });
  expect(between).toMatchObject({ total: MOST_COUNTED, isMore: true, first: MOST_COUNTED - 4 });
});

test("a pending request names the groups that could approve it, and no other request does", async () => {
  const { requests } = await queriesOf([
    requestAbout(1, ["b1"]),
    requestAbout(2, ["b1"], { state: "denied" }),
  ]).list(ALL);
  expect(requests.map(({ deciders }) => deciders)).toEqual([undefined, { groups: ["leads"], invited: [] }]);
});

test("a person's own requests by another requester are none, and by the person all", async () => {
  const requester = { slackUserId: THEO.slackUserId, email: THEO.email };
  const { list } = queriesOf([requestAbout(1, ["a1"], { requester }), requestAbout(2, ["a2"])]);
  const mine = (by: string | null) => list({ ...ALL, which: "mine", by });
  expect(await mine("U0MAYA")).toEqual({ requests: [], older: null, first: 1, total: 0, isMore: false });
  expect(idsOn(await mine(THEO.slackUserId))).toEqual([1]);
  expect(idsOn(await mine(null))).toEqual([1]);
});

test("the facts of hidden requests are not read", async () => {
  const { list, read } = queriesOf([1, 2, 3, 4].map((id) => requestAbout(id, [id % 2 ? "u-theo" : "a1"])));
  expect(idsOn(await list(ALL))).toEqual([4, 2]);
  expect(read).toEqual([4, 2]);
});

test("a list is audited with the requests that it shows", async () => {
  const { list, counts } = queriesOf([requestAbout(1, ["b1"]), requestAbout(2, ["u-theo"])]);
  await list(ALL);
  expect(counts).toEqual([{ which: "all", count: 1 }]);
});
