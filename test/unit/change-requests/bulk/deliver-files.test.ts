import { expect, it } from "vitest";
import {
  type PeopleDirectory,
  type Person,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import {
  createBulkReports,
  type Job,
  type Transaction,
  type UnitOfWork,
} from "../../../../src/change-requests/index.ts";
import { somePerson, someRequest, someTarget } from "../../../support/domain-objects.ts";

/** Names of the files that the requester of a finished bulk is brought, as they and Slack are now. */
async function brought(
  requester: Partial<Person> | null,
  {
    idsByEmail = [],
    outcome = "delivered",
  }: { idsByEmail?: readonly string[]; outcome?: "delivered" | "unreachable" } = {},
) {
  const left: Job[] = [];
  const targets = [someTarget({ state: "verified" }), someTarget({ state: "failed", position: 1 })];
  const request = someRequest({ state: "done", targets });
  const tx = {
    requests: { get: async () => request },
    jobs: { enqueue: async (job: Job) => void left.push(job) },
  } as unknown as Transaction; // nothing else is asked
  const uow: UnitOfWork = { run: (work) => work(tx), read: (work) => work(tx) };
  const directory = {
    person: async () => {
      if (!requester) throw new UnknownPersonError("U0MAYA");
      return somePerson(requester);
    },
    idsByEmail: async () => idsByEmail,
  } as unknown as PeopleDirectory; // nothing else is asked
  const names: string[] = [];
  const delivery = {
    deliver: async (_key: string, _to: string, { name }: { name: string }) => {
      names.push(name);
      return outcome;
    },
  };
  await createBulkReports({ uow, directory, delivery }).deliverOutcomes(1, "done:partly_verified");
  return outcome === "delivered" ? names : left;
}

it("whoever can't be sent a file is told so where the bulk was asked for", async () => {
  expect(await brought({}, { outcome: "unreachable" })).toMatchObject([
    {
      kind: "tell",
      slackUserId: someRequest().requester.slackUserId,
      place: someRequest().place,
      notice: { kind: "file_not_sent", file: "results", requestId: 1 },
    },
  ]);
});

it("whoever asked for a bulk is brought its outcomes", async () => {
  expect(await brought({})).toEqual(["CR-1-outcomes.csv"]);
});

it.each([
  ["is in no group of the policies", { groups: [] }],
  ["is deactivated", { isDeactivated: true }],
  ["has become a guest", { isGuest: true }],
  ["is of another company", { isOtherCompany: true }],
  ["is unknown to Slack", null],
])("whoever %s is brought nothing of its subjects", async (_what, requester) => {
  expect(await brought(requester)).toEqual([]);
});

it("whoever is one of its subjects by now is brought nothing", async () => {
  expect(await brought({}, { idsByEmail: [someRequest().requester.slackUserId] })).toEqual([]);
});
