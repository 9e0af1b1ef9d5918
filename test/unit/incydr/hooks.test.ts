import { expect, test } from "vitest";
import { type IncydrClient, type IncydrHooks, parseActorId } from "../../../src/incydr/index.ts";
import { someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";

test("the hooks tell each wait, request, response and repetition, with the template of the path and never an id", async () => {
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

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

test.each<[path: string, idName: string, list: (client: IncydrClient) => Promise<readonly object[]>]>([
  ["/v1/users", "userId", ({ users }) => collect(users.iterAll({ pageSize: 1 }))],
  ["/v1/agents", "agentId", ({ agents }) => agents.getAgents(someUser)],
  ["/v2/watchlists", "watchlistId", ({ watchlists }) => watchlists.of(parseActorId("a-1"))],
  ["/v1/legal-hold/custodians/{userId}", "matterId", ({ legalHold }) => legalHold.mattersOf(someUser)],
])(
  "all pages of %s are read, and onIncompleteList tells that the set changed meanwhile",
  async (path, idName, list) => {
    const lists: unknown[] = [];
    const hooks = { onIncompleteList: (event: unknown) => void lists.push(event) };
    await using incydr = await startIncydr(
      ({ target }) => {
        const id = new URL(target, "http://incydr.example").searchParams.get("page");
        const items = [{ [idName]: id }];
        const totalCount = id === "1" ? 2 : 3;
        return { json: { users: items, agents: items, watchlists: items, matters: items, totalCount } };
      },
      { hooks },
    );
    expect(await list(incydr)).toMatchObject(["1", "2", "3"].map((id) => ({ [idName]: id })));
    expect(lists).toEqual([{ path, read: 3, total: 3, skipped: 0 }]);
  },
);
