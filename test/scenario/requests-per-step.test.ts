import { expect, test } from "vitest";
import { roundsIn } from "../support/request-rounds.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, newestRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

/** The account, roles and legal hold of a subject: what a decision and an execution depend on. */
const SUBJECT = [
  "GET /v1/legal-hold/custodians/{userId}",
  "GET /v1/users/{userId}",
  "GET /v1/users/{userId}/roles",
];
const READ_BACK = ["GET /v1/users/{userId}", "GET /v1/users/{userId}/roles"];
const WRITE = ["POST /v1/users/{userId}/deactivate"];
/** The rest of a preflight, once the user is found. */
const PREFLIGHT = [
  "GET /v1/agents",
  "GET /v1/legal-hold/custodians/{userId}",
  "GET /v1/users/{userId}/devices",
  "GET /v1/users/{userId}/roles",
  "GET /v2/watchlists",
];
const ACTOR = "GET /v1/actors/actor/name/{name}/parent";
const ROLES = "GET /v1/users/roles";
const lookUpOf = (name: string) => `GET /v1/users ${emailOf(name)}`;

const world = useWorld({ env: { INCYDR_REQUESTS_PER_MINUTE: "60000" } });

/** The requests since the last call of `roundsIn`. */
async function requestCount(): Promise<number> {
  await untilQuiet(world());
  return world().incydr.requestLog().length;
}

// The tests follow one another: the first one has the token fetched, and each uses identities that the bot remembers.
test("a look-up reads Incydr in two rounds", async () => {
  const maya = world().slack.as("maya");
  await answerTo(maya, APPROVALS, () =>
    maya.command(`/incydr user ${emailOf("ben.adeyemi")}`, { in: APPROVALS }),
  );
  const command = `/incydr user ${emailOf("nadia.petrov")}`;
  const rounds = await roundsIn(world(), [2, 5], () =>
    answerTo(maya, APPROVALS, () => maya.command(command, { in: APPROVALS })),
  );
  expect(rounds).toEqual([[ACTOR, lookUpOf("nadia.petrov")], PREFLIGHT]);
  expect(await requestCount()).toBe(7);
});

test("a form reads its requester and the list of roles beside the subject, and neither for the next form", async () => {
  const maya = world().slack.as("maya");
  const open = async () => {
    await maya.command(`/incydr roles ${emailOf("nadia.petrov")} add`, { in: APPROVALS });
    await maya.waitForModal(({ submit }) => submit === "Request approval");
    await maya.close({ all: true });
  };
  const first = [ACTOR, lookUpOf("nadia.petrov")];
  expect(await roundsIn(world(), [4, 5], open)).toEqual([
    [ACTOR, lookUpOf("maya.lindqvist"), lookUpOf("nadia.petrov"), ROLES].sort(),
    PREFLIGHT,
  ]);
  expect(await requestCount()).toBe(9);
  expect(await roundsIn(world(), [2, 5], open)).toEqual([first, PREFLIGHT]);
  expect(await requestCount()).toBe(7);
});

test("an approving click reads the subject once for the decision and once for the execution, each in one round", async () => {
  const theo = world().slack.as("theo");
  const approve = async (kind: string, sizes: readonly number[]) => {
    const { id, card } = await makeRequest(world(), {
      command: `/incydr ${kind} ${emailOf("nadia.petrov")}`,
    });
    await untilQuiet(world());
    return roundsIn(world(), sizes, async () => {
      await theo.click("Approve", { message: card });
      await waitForCard(world(), { id, shows: /verified/i });
    });
  };
  // The approver of the first click is not known yet. That costs a request and a round.
  expect(await approve("deactivate", [1, 3, 3, 1, 2])).toEqual([
    [lookUpOf("theo.okafor")],
    SUBJECT,
    SUBJECT,
    WRITE,
    READ_BACK,
  ]);
  expect(await requestCount()).toBe(10);
  expect(await approve("activate", [3, 3, 1, 2])).toEqual([
    SUBJECT,
    SUBJECT,
    ["POST /v1/users/{userId}/activate"],
    READ_BACK,
  ]);
  expect(await requestCount()).toBe(9);
});

test("a change of roles reads the roles once more right before it replaces them", async () => {
  const theo = world().slack.as("theo");
  const command = `/incydr roles ${emailOf("nadia.petrov")} add Alert Emails`;
  const { id, card } = await makeRequest(world(), { command });
  await untilQuiet(world());
  const rounds = await roundsIn(world(), [3, 3, 1, 1, 2], async () => {
    await theo.click("Approve", { message: card });
    await waitForCard(world(), { id, shows: /verified/i });
  });
  const [held, write] = ["GET /v1/users/{userId}/roles", "PUT /v1/users/{userId}/roles"];
  expect(rounds).toEqual([SUBJECT, SUBJECT, [held], [write], READ_BACK]);
  expect(await requestCount()).toBe(10);
});

test("an emergency reads its subject in one round before the write, and its form does not read Incydr when it is sent", async () => {
  const jonas = world().slack.as("jonas");
  await jonas.command(`/incydr emergency ${emailOf("sam.ortega")}`, { in: APPROVALS });
  await jonas.waitForModal(({ submit }) => submit?.startsWith("Deactivate ") === true);
  await jonas.fill({ Reason: "Data is leaving now" });
  await untilQuiet(world());
  const rounds = await roundsIn(world(), [3, 1, 2], async () => {
    await jonas.submit();
    await waitForCard(world(), { id: await newestRequest(world()), shows: /verified/i });
  });
  expect(rounds).toEqual([SUBJECT, WRITE, READ_BACK]);
  expect(await requestCount()).toBe(6);
});
