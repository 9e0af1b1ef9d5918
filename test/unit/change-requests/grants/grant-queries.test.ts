import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import {
  type Authorizer,
  DirectoryUnavailableError,
  type PeopleDirectory,
  RECENT,
} from "../../../../src/authorization/index.ts";
import type { HiddenFrom } from "../../../../src/change-requests/confidentiality/hidden-from.ts";
import type { Grant } from "../../../../src/change-requests/index.ts";
import {
  createGrantQueries,
  createHiddenFrom,
  RequestNotFoundError,
} from "../../../../src/change-requests/index.ts";
import { someGrant, someLead } from "../../../support/domain-objects.ts";
import { clockAt, uowOf } from "../../../support/stub-ports.ts";

const NADIAS = someGrant();

/** The grants that Theo can see, by either of his identities. */
async function toldTo(
  person: Partial<ReturnType<typeof someLead>>,
  open: readonly Grant[],
  { mapped = false, userId = "user-theo", page = 1 } = {},
) {
  const theo = someLead(person);
  const counts: unknown[] = [];
  const asked: unknown[] = [];
  const directory = {
    person: async () => theo,
    idsByEmail: async () => (mapped ? [theo.slackUserId] : []),
  } as unknown as PeopleDirectory;
  const desk = createGrantQueries({
    authorizer: {
      async authorize(...given: unknown[]) {
        asked.push(given);
        return { ...theo, policyHash: "p" };
      },
    } as unknown as Authorizer,
    hiddenFrom: createHiddenFrom({ directory, operatorMap: new Map(), identify: async () => userId }),
    visibleRequest: () => Promise.reject(new Error("No request is named.")),
    directory,
    uow: uowOf({
      grants: {
        open: async ({ limit, skip = 0 }: { limit: number; skip?: number }) => open.slice(skip, skip + limit),
      },
      audit: { append: async ({ details }: { details: object }) => void counts.push(details) },
    }),
    clock: clockAt(new Date(0)),
  });
  const all = await desk.page(theo.slackUserId, null, page);
  const told = [all.grants, await desk.ofSubject(theo.slackUserId, NADIAS)];
  return { told, counts, asked, all, nadias: await desk.page(theo.slackUserId, NADIAS, page) };
}

test("a person who may look users up by groups of five minutes sees the grants of other users", async () => {
  const { asked, told } = await toldTo({}, [NADIAS]);
  expect(asked).toEqual([["U0THEO", "lookup", { freshness: RECENT }]]);
  expect(told).toEqual([[NADIAS], [NADIAS]]);
});

test.for<[string, ...(Parameters<typeof toldTo> extends [infer P, unknown, (infer O)?] ? [P, O?] : never)]>([
  ["Slack id", { slackUserId: "U0NADIA" }],
  ["e-mail", { email: NADIAS.username }],
  ["configured Incydr username", {}, { mapped: true }],
  ["Incydr user, renamed since", {}, { userId: NADIAS.userId }],
])("a person does not see their own grants, known by their %s", async ([, person, how]) => {
  expect((await toldTo(person, [NADIAS], how)).told).toEqual([[], []]);
});

test("a hidden grant leaves its place in the list to the next one, and is not counted", async () => {
  const others = Array.from({ length: 60 }, (_, index) =>
    someGrant({
      requestId: index + 2,
      userId: `u${index}`,
      username: `u${index}@x.example`,
      slackUserIds: [],
    }),
  );
  const own = Array.from({ length: 55 }, (_, index) => someGrant({ requestId: index + 100 }));
  const { told, counts } = await toldTo({ slackUserId: "U0NADIA" }, [...own, ...others]);
  expect(told[0]).toEqual(others.slice(0, 5));
  expect(counts).toEqual([{ count: 5 }]);
});

/** Grants of as many requests as there are numbers, each with that many roles, of as many users. */
const grantsOf = (rolesEach: readonly number[]) =>
  rolesEach.flatMap((count, request) =>
    Array.from({ length: count }, (_, role) =>
      someGrant({
        ...{ requestId: request + 1, userId: `u${request}`, username: `u${request}@x.example` },
        ...{ slackUserIds: [], role: { id: `r${role}`, name: `Role ${role}` } },
      }),
    ),
  );

test("the pages of a list have each visible grant once, a request's grants together, and count exactly these", async () => {
  const rolesEach = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30, size: "max" });
  await fc.assert(
    fc.asyncProperty(rolesEach, fc.nat(200), async (counts, ownAt) => {
      const others = grantsOf(counts);
      const own = [1, 2, 3].map((index) => someGrant({ requestId: 100 + index }));
      const open = [...others.slice(0, ownAt), ...own, ...others.slice(ownAt)];
      const seen: Grant[] = [];
      let pages = 1;
      for (let page = 1; page <= pages; page++) {
        const { all } = await toldTo({ slackUserId: "U0NADIA" }, open, { page });
        expect(all).toMatchObject({ page, total: others.length, isMore: false });
        expect(all.first).toBe(all.grants.length === 0 ? 0 : seen.length + 1);
        const earlier = new Set(seen.map(({ requestId }) => requestId));
        expect(all.grants.filter(({ requestId }) => earlier.has(requestId))).toEqual([]);
        expect(new Set(all.grants.map(({ requestId }) => requestId)).size).toBeLessThanOrEqual(5);
        seen.push(...all.grants);
        pages = all.pages;
      }
      expect(seen).toEqual(others);
      const alone = await toldTo({ slackUserId: "U0NADIA" }, others, { page: pages + 7 });
      expect(alone.all).toMatchObject({ page: pages, pages });
    }),
    { numRuns: 50 },
  );
});

test("a list of more than a thousand grants says so, and no page has a part of a request", async () => {
  const { all } = await toldTo({}, grantsOf(Array.from({ length: 400 }, () => 3)), { page: 1_000 });
  expect(all).toMatchObject({ isMore: true });
  expect(all.total % 3).toBe(0);
  expect(all.total).toBeGreaterThanOrEqual(998);
  expect(all.first + all.grants.length - 1).toBe(all.total);
});

test("the subject of grants sees the empty page that a user without grants has", async () => {
  const hidden = await toldTo({ slackUserId: "U0NADIA" }, [NADIAS]);
  expect(hidden.nadias).toEqual((await toldTo({ slackUserId: "U0NADIA" }, [])).nadias);
});

const outage = () => Promise.reject(new DirectoryUnavailableError(null));

test.for<
  [
    string,
    { person?: () => Promise<never>; idsByEmail?: () => Promise<never>; identify?: () => Promise<never> },
    null | [],
  ]
>([
  ["Slack does not say who the reader is", { person: outage }, null],
  ["Slack does not look addresses up", { idsByEmail: outage }, []],
  ["Incydr does not say who the reader is", { identify: outage }, []],
])("while %s, the grants of a user are told as if there were none", async ([, faults, told]) => {
  const theo = someLead();
  const directory = {
    ...{ person: async () => theo, idsByEmail: async () => [] },
    ...faults,
  } as unknown as PeopleDirectory; // nothing else of it is called
  const identify = async () => "user-theo";
  for (const open of [[], [NADIAS]]) {
    const { ofSubject } = createGrantQueries({
      authorizer: {} as Authorizer, // it is not used
      hiddenFrom: createHiddenFrom({ directory, operatorMap: new Map(), identify, ...faults }),
      visibleRequest: () => Promise.reject(new Error("No request is named.")),
      uow: uowOf({ grants: { open: async () => open } }),
      ...{ directory, clock: clockAt(new Date(0)) },
    });
    expect(await ofSubject(theo.slackUserId, NADIAS)).toEqual(told);
  }
});

test("the place of a hidden request is refused, and the refusal audited", async () => {
  const entries: AuditEvent[] = [];
  const desk = createGrantQueries({
    authorizer: {} as Authorizer, // it is not used
    hiddenFrom: {} as HiddenFrom, // as above
    directory: {} as PeopleDirectory, // as above
    visibleRequest: (id) => Promise.reject(new RequestNotFoundError(id, "hidden_from_subject")),
    uow: uowOf({ audit: { append: async (entry: AuditEvent) => void entries.push(entry) } }),
    clock: clockAt(new Date(0)),
  });
  await expect(desk.placeOf(7, "U0NADIA")).rejects.toThrow("There is no CR-7 that you can see.");
  expect(entries).toMatchObject([
    {
      kind: "attempt.rejected",
      actor: { slackUserId: "U0NADIA" },
      requestId: "CR-7",
      details: { action: "extend" },
    },
  ]);
});
