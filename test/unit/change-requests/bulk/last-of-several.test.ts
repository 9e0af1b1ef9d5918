import { expect, test } from "vitest";
import type { PeopleDirectory } from "../../../../src/authorization/index.ts";
import { excludeTargets } from "../../../../src/change-requests/bulk/exclude-targets.ts";
import {
  type BulkDraft,
  createBulkReports,
  createExecuteBulk,
  type DryRun,
  type Transaction,
  type UnitOfWork,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someFacts, somePerson, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const MAYA = somePerson();

function reports(
  request: ReturnType<typeof someRequest>,
  directory: PeopleDirectory,
  subjects: DryRun["subjects"] = [],
) {
  const names: string[] = [];
  const keys: string[] = [];
  const draft = {
    id: "1",
    opener: request.requester,
    place: request.place,
    reading: { change: request.change, subjects, leftOut: [], faults: [], furtherLines: [] },
  } as unknown as BulkDraft; // nothing else of it is read
  const tx = {
    requests: { get: async () => request },
    bulkDrafts: { lock: async () => draft },
  } as unknown as Transaction; // nothing else is asked
  const uow: UnitOfWork = { run: (work) => work(tx), read: (work) => work(tx) };
  const delivery = {
    deliver: async (key: string, _to: string, { name }: { name: string }) => {
      names.push(name);
      keys.push(key);
      return "delivered" as const;
    },
  };
  return { names, keys, ...createBulkReports({ uow, directory, delivery }) };
}

test("whoever has become the last subject of their bulk is brought no outcomes", async () => {
  const last = someFacts({ userId: "2", username: MAYA.email ?? "" });
  const targets = [
    someTarget({ state: "verified" }),
    someTarget({ facts: last, position: 1, slackUserIds: [] }),
  ];
  const { names, deliverOutcomes } = reports(someRequest({ state: "done", targets }), directoryOf(MAYA));
  await deliverOutcomes(1, "done:verified");
  expect(names).toEqual([]);
});

test.each<[string, { slackUserIds?: string[]; username?: string }]>([
  ["by the address of Incydr", { username: MAYA.email ?? "" }],
  ["by an account of then", { slackUserIds: [MAYA.slackUserId] }],
])(
  "whoever has become the last subject of their bulk before its preview is brought none: %s",
  async (_how, { username = "rolf.hansen@harborlight.example", slackUserIds = [] }) => {
    const subjects = [
      { line: 1, facts: someFacts(), slackUserIds: ["U0NADIA"] },
      { line: 2, facts: someFacts({ userId: "2", username }), slackUserIds },
    ];
    const { names, deliverDryRun } = reports(someRequest(), directoryOf(MAYA), subjects);
    await deliverDryRun("1");
    expect(names).toEqual([]);
  },
);

test("a preview is brought to the opener who is none of its subjects", async () => {
  const subjects = [{ line: 1, facts: someFacts(), slackUserIds: ["U0NADIA"] }];
  const { names, deliverDryRun } = reports(someRequest(), directoryOf(MAYA), subjects);
  await deliverDryRun("1");
  expect(names).toEqual(["dry-run.csv"]);
});

test("outcomes that become known later are brought in a file of their own, and the same outcomes in the same", async () => {
  const { keys, deliverOutcomes } = reports(someRequest({ state: "done" }), directoryOf(MAYA));
  for (const topic of ["done:unknown", "done:verified", "done:verified"]) await deliverOutcomes(1, topic);
  expect(keys[1]).toBe(keys[2]);
  expect(new Set(keys).size).toBe(2);
});

test.each([
  [["insider-risk-analysts"], ["dry-run.csv"]],
  [[], []],
])("whoever is in these groups by now is brought the preview of their bulk: %j", async (groups, brought) => {
  const { names, deliverDryRun } = reports(someRequest(), directoryOf(somePerson({ groups })));
  await deliverDryRun("1");
  expect(names).toEqual(brought);
});

test("a protected subject is alone in a bulk whose others are so already, and is asked for", async () => {
  const facts = [
    someFacts({ userId: "1", username: "user1@x.example", active: false }),
    someFacts({ userId: "2", username: "user2@x.example", protected: true }),
  ];
  const { subjects, leftOut } = await excludeTargets({
    authorizer: lenientAuthorizer([MAYA]).authorizer,
    directory: directoryOf(MAYA),
    requester: MAYA,
    change: { kind: "deactivate" },
    lines: facts.map((each, index) => ({ line: { line: index + 1 }, facts: each })) as unknown as Parameters<
      typeof excludeTargets
    >[0]["lines"], // nothing else of a line is looked at
    channel: null,
    temporaryHolders: new Set(),
  });
  expect(subjects.map(({ line }) => line)).toEqual([2]);
  expect(leftOut.map(({ line, because }) => [line, because])).toEqual([[1, "already"]]);
});

test("an outage that one target meets keeps the bulk from beginning others", async () => {
  const away = new Error("The database is away.");
  let tried = 0;
  const tx = {
    requests: {
      update: async () => {},
      targetsIn: async () => Array.from({ length: 12 }, (_, position) => ({ position, username: "" })),
      progress: async () => ({ state: "executing", paused: false, waitingFor: null }),
    },
    jobs: { enqueue: async () => {} },
  } as unknown as Transaction; // nothing else of it is used
  const executeBulk = createExecuteBulk({
    executeTarget: async () => {
      tried += 1;
      throw away;
    },
    people: {} as Parameters<typeof createExecuteBulk>[0]["people"], // nobody is asked
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    bulkLock: { tryWithLock: async (_id, work) => work().then(() => true) },
    clock: systemClock,
    isOutage: (error) => error === away,
  });
  await expect(executeBulk(1)).rejects.toBe(away);
  expect(tried).toBe(6);
});
