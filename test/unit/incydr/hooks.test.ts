import { expect, test } from "vitest";
import { type IncydrClient, type IncydrHooks, parseActorId } from "../../../src/incydr/index.ts";
import { someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";

test("request, response, retry and wait are told, with the template and never the id", async () => {
  const events: string[] = [];
  const hooks: IncydrHooks = {
    onWait: ({ path, attempt }) => events.push(`wait ${path} ${attempt}`),
    onRequest: ({ method, path, lane, attempt }) =>
      events.push(`request ${method} ${path} ${lane} ${attempt}`),
    onResponse: ({ path, status }) => events.push(`response ${path} ${status}`),
    onRetry: ({ path, reason, delayMs }) => events.push(`retry ${path} ${reason} ${delayMs}`),
  };
  await using incydr = await startIncydrWithClock((_, nth) => (nth === 1 ? { status: 503 } : {}), { hooks });
  await incydr.users.deactivate(someUser, { lane: "change" });
  const path = "/v1/users/{userId}/deactivate";
  expect(events).toEqual([
    "wait /v1/oauth 1",
    "request POST /v1/oauth emergency 1",
    "response /v1/oauth 200",
    `wait ${path} 1`,
    `request POST ${path} change 1`,
    `response ${path} 503`,
    `retry ${path} 503 125`,
    `wait ${path} 2`,
    `request POST ${path} change 2`,
    `response ${path} 200`,
  ]);
});

test("hooks that throw change nothing", async () => {
  const fail = () => {
    throw new Error("a broken hook");
  };
  const failLater = async () => fail();
  await using incydr = await startIncydr(() => ({ json: { userId: someUser } }), {
    hooks: { onRequest: fail, onResponse: failLater, onWait: fail },
  });
  expect(await incydr.users.getUser(someUser)).toMatchObject({ userId: someUser });
});

async function idsOf(users: AsyncIterable<{ userId: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { userId } of users) ids.push(userId);
  return ids;
}

const listings: [path: string, list: (client: IncydrClient) => Promise<unknown[]>][] = [
  ["/v1/users", (client) => idsOf(client.users.iterAll({ pageSize: 1 }))],
  ["/v1/agents", async (client) => (await client.agents.getAgents(someUser)).map(({ agentId }) => agentId)],
  [
    "/v2/watchlists",
    async (client) => (await client.watchlists.of(parseActorId("a-1"))).map(({ watchlistId }) => watchlistId),
  ],
  [
    "/v1/legal-hold/custodians/{userId}",
    async (client) => (await client.legalHold.mattersOf(someUser)).map(({ matterId }) => matterId),
  ],
];

test.each(listings)(
  "all pages of %s are read, and the hook onIncompleteList learns that the set changed meanwhile",
  async (path, list) => {
    const lists: unknown[] = [];
    await using incydr = await startIncydr(
      ({ target }) => {
        const id = new URL(target, "http://incydr.example").searchParams.get("page");
        const items = {
          users: [{ userId: id }],
          agents: [{ agentId: id }],
          watchlists: [{ watchlistId: id }],
          matters: [{ matterId: id }],
        };
        return { json: { ...items, totalCount: id === "1" ? 2 : 3 } };
      },
      {
        hooks: { onIncompleteList: (event) => lists.push(event) },
      },
    );
    expect(await list(incydr)).toEqual(["1", "2", "3"]);
    expect(lists).toEqual([{ path, read: 3, total: 3, skipped: 0 }]);
  },
);
