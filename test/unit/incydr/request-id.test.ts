import { expect, test } from "vitest";
import { correlationId, withCorrelation } from "../../../src/kernel/correlation.ts";
import { someUser, startIncydr } from "./recorded-incydr.ts";

test("each request carries the id that is provided, also a repetition and the request for the token", async () => {
  await using incydr = await startIncydr((_, nth) => (nth === 1 ? { status: 429 } : {}), {
    requestId: () => "work-7",
    random: () => 0,
  });
  await incydr.users.deactivate(someUser);
  expect(incydr.tokenRequests.map(({ headers }) => headers["x-request-id"])).toEqual(["work-7"]);
  expect(incydr.requests.map(({ headers }) => headers["x-request-id"])).toEqual(["work-7", "work-7"]);
});

test("requests that wait for one limit each carry the id of their own caller", async () => {
  await using incydr = await startIncydr(() => ({ json: { userId: someUser } }), {
    requestId: correlationId,
  });
  const ids = ["work-1", "work-2", "work-3"];
  await Promise.all(ids.map((id) => withCorrelation(id, () => incydr.users.getUser(someUser))));
  expect(incydr.requests.map(({ headers }) => headers["x-request-id"]).sort()).toEqual(ids);
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
  const user = { json: { userId: someUser } };
  await using incydr = await startIncydr(() => user, requestId && { requestId });
  expect(await incydr.users.getUser(someUser)).toMatchObject({ userId: someUser });
  expect(incydr.requests[0]?.headers).not.toHaveProperty("x-request-id");
});
