import { expect, test } from "vitest";
import { type IncydrHooks, parseUserId } from "../../../src/incydr/index.ts";
import { createManualClock, skipRetryWaits } from "./manual-clock.ts";
import { openClient, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");

test("request, response, retry and wait are told, with the template and never the id", async () => {
  await using server = await startRecordingServer((_, nth) => (nth === 1 ? { status: 503 } : {}));
  const clock = createManualClock();
  const events: string[] = [];
  const hooks: IncydrHooks = {
    onWait: ({ path, attempt }) => events.push(`wait ${path} ${attempt}`),
    onRequest: ({ method, path, lane, attempt }) =>
      events.push(`request ${method} ${path} ${lane} ${attempt}`),
    onResponse: ({ path, status }) => events.push(`response ${path} ${status}`),
    onRetry: ({ path, reason, delayMs }) => events.push(`retry ${path} ${reason} ${delayMs}`),
  };
  await using client = openClient(server.url, { clock, hooks: skipRetryWaits(clock, hooks) });
  await client.users.deactivate(someUser, { lane: "change" });
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
  await using server = await startRecordingServer(() => ({ json: { userId: someUser } }));
  const fail = () => {
    throw new Error("a broken hook");
  };
  const failLater = async () => fail();
  await using client = openClient(server.url, {
    hooks: { onRequest: fail, onResponse: failLater, onWait: fail },
  });
  expect(await client.users.getUser(someUser, { onQueued: fail })).toMatchObject({ userId: someUser });
});

test("a listing whose set changed while it was read is told", async () => {
  await using server = await startRecordingServer((_, nth) => ({
    json: { users: [{ userId: `${nth}` }], totalCount: nth === 1 ? 2 : 3 },
  }));
  const changes: unknown[] = [];
  await using client = openClient(server.url, { hooks: { onSetChanged: (event) => changes.push(event) } });
  const ids: string[] = [];
  for await (const { userId } of client.users.iterAll({ pageSize: 1 })) ids.push(userId);
  expect(ids).toEqual(["1", "2", "3"]);
  expect(changes).toEqual([{ path: "/v1/users", firstTotal: 2, lastTotal: 3 }]);
});
