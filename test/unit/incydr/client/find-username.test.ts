import { describe, expect, test } from "vitest";
import {
  AmbiguousUsernameError,
  findUserByUsername,
  foldUsername,
  IncompleteListError,
  UsernameNotFoundError,
} from "../../../../src/incydr/index.ts";
import { openClient, type RecordedRequest, startRecordingServer } from "../recording-server.ts";

const ANN = "ann.karlsson@x.example";

/** A server that gives `usernames` on pages of 100, for any username in the query. */
async function startUsers(
  usernames: readonly (string | null)[],
  answer: (users: readonly object[]) => object = () => ({ totalCount: usernames.length }),
) {
  const all = usernames.map((username, n) => ({ userId: `${1000 + n}`, username }));
  const server = await startRecordingServer(({ target }: RecordedRequest) => {
    const query = new URL(target, "http://x").searchParams;
    const from = (Number(query.get("page")) - 1) * 100;
    const users = all.slice(from, from + 100);
    return { json: { users, ...answer(users) } };
  });
  const client = openClient(server.url);
  return {
    server,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const others = (count: number) => Array.from({ length: count }, (_, n) => `ann.${n}@x.example`);
const refusal = (call: Promise<unknown>) => call.catch((error: unknown) => error);

describe("the look-up of a user by name", () => {
  test.each([
    ["of all", (users: readonly object[], all: number) => ({ totalCount: users.length && all })],
    ["absent", () => ({})],
    ["of the page", (users: readonly object[]) => ({ totalCount: users.length })],
  ])("finds a user on the third page, where the total is %s", async (_, answer) => {
    await using tenant = await startUsers([...others(230), ANN], (users) => answer(users, 231));
    const { users } = tenant.client;
    expect(await findUserByUsername(users, ANN)).toMatchObject({ username: ANN });
    expect(await users.getUser(ANN)).toMatchObject({ username: ANN });
  });

  test("refuses a second user of the same name, who is on another page", async () => {
    await using tenant = await startUsers([ANN, ...others(150), "Ann.Karlsson@X.example"]);
    const error = await refusal(findUserByUsername(tenant.client.users, ANN));
    expect(error).toBeInstanceOf(AmbiguousUsernameError);
    expect(error).toMatchObject({ code: "ambiguous", users: [{ userId: "1000" }, { userId: "1151" }] });
  });

  test("names users whose names begin alike where it finds none", async () => {
    await using tenant = await startUsers([...others(120), null]);
    const error = await refusal(findUserByUsername(tenant.client.users, "ann.11"));
    expect(error).toBeInstanceOf(UsernameNotFoundError);
    expect(error).toMatchObject({
      code: "not_found",
      similar: expect.arrayContaining(["ann.11@x.example", "ann.119@x.example"]),
    });
  });

  test.each([
    ["nobody of the name", others(3)],
    ["one of the name", [ANN]],
  ])("concludes nothing from a list that may be incomplete: %s", async (_, usernames) => {
    await using tenant = await startUsers(usernames, () => ({ totalCount: 9 }));
    const error = await refusal(findUserByUsername(tenant.client.users, ANN));
    expect(error).toBeInstanceOf(IncompleteListError);
    expect(error).toMatchObject({ code: "unexpected_answer" });
  });

  test("reads 10 pages at most, and then concludes nothing", async () => {
    await using tenant = await startUsers([...others(1500), ANN]);
    const error = await refusal(findUserByUsername(tenant.client.users, ANN));
    expect(error).toBeInstanceOf(IncompleteListError);
    expect(tenant.server.requests).toHaveLength(10);
  });

  test("refuses a blank name, and asks nothing", async () => {
    await using tenant = await startUsers([ANN]);
    expect(await refusal(findUserByUsername(tenant.client.users, " "))).toMatchObject({ code: "invalid" });
    expect(tenant.server.requests).toEqual([]);
  });
});

test.each([
  ["Nadia@X.example", "nadia@x.example", true],
  ["P\u00e4r", "pa\u0308r", true],
  ["\u00c9va", "e\u0301va", true],
  ["\u212Aarl", "karl", true],
  ["stra\u00dfe", "strasse", false],
  ["\u0131van", "ivan", false],
  ["ann", "anna", false],
])("usernames are compared composed and in lower case: %s and %s", (one, other, same) => {
  expect(foldUsername(one) === foldUsername(other)).toBe(same);
});
