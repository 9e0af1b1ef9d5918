import { expect, test } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import { type Authorizer, type PeopleDirectory, RECENT } from "../../../../src/authorization/index.ts";
import type { HiddenFrom } from "../../../../src/change-requests/confidentiality/hidden-from.ts";
import type { Grant, Transaction } from "../../../../src/change-requests/index.ts";
import {
  createGrantQueries,
  createHiddenFrom,
  RequestNotFoundError,
} from "../../../../src/change-requests/index.ts";
import { someGrant, someLead } from "../../../support/domain-objects.ts";

const NADIAS = someGrant();

/** The grants that Theo is told of, by either of his identities. */
async function toldTo(
  person: Partial<ReturnType<typeof someLead>>,
  open: readonly Grant[],
  { mapped = false, userId = "user-theo" } = {},
) {
  const theo = someLead(person);
  const counts: unknown[] = [];
  const asked: unknown[] = [];
  const tx = {
    grants: {
      open: async ({ limit, skip = 0 }: { limit: number; skip?: number }) => open.slice(skip, skip + limit),
    },
    audit: { append: async ({ details }: { details: object }) => void counts.push(details) },
  } as unknown as Transaction;
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
    // The desk uses no more of these.
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    clock: { now: () => new Date(0), sleep: async () => {} },
  });
  const told = [await desk.all(theo.slackUserId), await desk.ofSubject(theo.slackUserId, NADIAS)];
  return { told, counts, asked };
}

test("the list of grants is for whoever may look users up, by groups of five minutes at most", async () => {
  expect((await toldTo({}, [NADIAS])).asked).toEqual([["U0THEO", "lookup", { freshness: RECENT }]]);
});

test("who may look up is told of the grants of others", async () => {
  expect((await toldTo({}, [NADIAS])).told).toEqual([[NADIAS], [NADIAS]]);
});

test.for<[string, ...(Parameters<typeof toldTo> extends [infer P, unknown, (infer O)?] ? [P, O?] : never)]>([
  ["Slack id", { slackUserId: "U0NADIA" }],
  ["e-mail", { email: NADIAS.username }],
  ["configured Incydr username", {}, { mapped: true }],
  ["Incydr user, renamed since", {}, { userId: NADIAS.userId }],
])("nobody is told of their own, by their %s", async ([, person, how]) => {
  expect((await toldTo(person, [NADIAS], how)).told).toEqual([[], []]);
});

test("a grant that is hidden leaves its place in the list to the next, and isn't counted", async () => {
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
  expect(told[0]).toEqual(others.slice(0, 50));
  expect(counts).toEqual([{ count: 50 }]);
});

test("who may not know of a request hears of no place of it, and that is audited", async () => {
  const entries: AuditEvent[] = [];
  const tx = {
    audit: { append: async (entry: AuditEvent) => void entries.push(entry) },
  } as unknown as Transaction;
  const desk = createGrantQueries({
    authorizer: {} as Authorizer, // nobody asks it
    hiddenFrom: {} as HiddenFrom, // as above
    visibleRequest: (id) => Promise.reject(new RequestNotFoundError(id, "hidden_from_subject")),
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    clock: { now: () => new Date(0), sleep: async () => {} },
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
