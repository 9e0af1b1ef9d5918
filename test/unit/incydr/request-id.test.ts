import { expect, test } from "vitest";
import { parseUserId } from "../../../src/incydr/index.ts";
import { correlationId, withCorrelation } from "../../../src/kernel/correlation.ts";
import { openClient, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");

test("each request, a repetition and that for the token too, carries the id that is provided", async () => {
  await using server = await startRecordingServer((_, nth) => (nth === 1 ? { status: 429 } : {}));
  await using client = openClient(server.url, { requestId: () => "work-7", random: () => 0 });
  await client.users.deactivate(someUser);
  expect(server.tokenRequests.map(({ headers }) => headers["x-request-id"])).toEqual(["work-7"]);
  expect(server.requests.map(({ headers }) => headers["x-request-id"])).toEqual(["work-7", "work-7"]);
});

test("requests that wait for one limit each carry the id of their own caller", async () => {
  await using server = await startRecordingServer(() => ({ json: { userId: someUser } }));
  await using client = openClient(server.url, { requestId: correlationId });
  const ids = ["work-1", "work-2", "work-3"];
  await Promise.all(ids.map((id) => withCorrelation(id, () => client.users.getUser(someUser))));
  expect(server.requests.map(({ headers }) => headers["x-request-id"]).sort()).toEqual(ids);
});

test.each([
  ["there is no provider", undefined],
  ["it is null", () => null],
  ["it is empty", () => ""],
  ["it has a line break", () => "a\r\nAuthorization: none"],
  ["it has a space", () => "a b"],
  ["it is longer than 128 characters", () => "a".repeat(129)],
  [
    "its provider throws",
    () => {
      throw new Error("a broken provider");
    },
  ],
])("the request is sent without an id if %s", async (_when, requestId) => {
  await using server = await startRecordingServer(() => ({ json: { userId: someUser } }));
  await using client = openClient(server.url, requestId ? { requestId } : {});
  expect(await client.users.getUser(someUser)).toMatchObject({ userId: someUser });
  expect(server.requests[0]?.headers).not.toHaveProperty("x-request-id");
});
