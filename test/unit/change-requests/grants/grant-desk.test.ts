import { expect, test } from "vitest";
import type { Authorizer, PeopleDirectory } from "../../../../src/authorization/index.ts";
import type { Grant, Transaction } from "../../../../src/change-requests/index.ts";
import { createGrantDesk } from "../../../../src/change-requests/index.ts";
import { someGrant, someLead } from "../../../support/domain-objects.ts";

const NADIAS = someGrant();

/** What Theo is told, however he is known. */
function toldTo(person: Partial<ReturnType<typeof someLead>>, open: readonly Grant[], mapped?: string) {
  const theo = someLead(person);
  const tx = {
    grants: { open: async () => open },
    audit: { append: async () => {} },
  } as unknown as Transaction;
  const desk = createGrantDesk({
    authorizer: { authorize: async () => ({ ...theo, policyHash: "p" }) } as unknown as Authorizer,
    directory: { person: async () => theo } as unknown as PeopleDirectory,
    // The desk uses no more of these.
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    clock: { now: () => new Date(0), sleep: async () => {} },
    operatorMap: new Map(mapped ? [[theo.slackUserId, mapped]] : []),
  });
  return Promise.all([desk.all(theo.slackUserId), desk.ofSubject(theo.slackUserId, NADIAS)]);
}

test("who may look up is told of the grants of others", async () => {
  expect(await toldTo({}, [NADIAS])).toEqual([[NADIAS], [NADIAS]]);
});

test.for<[string, Parameters<typeof toldTo>[0], string | undefined]>([
  ["Slack id", { slackUserId: "U0NADIA" }, undefined],
  ["e-mail", { email: NADIAS.username }, undefined],
  ["configured Incydr username", {}, "Nadia.Petrov@harborlight.example"],
])("nobody is told of their own, by their %s", async ([, person, mapped]) => {
  expect(await toldTo(person, [NADIAS], mapped)).toEqual([[], []]);
});
