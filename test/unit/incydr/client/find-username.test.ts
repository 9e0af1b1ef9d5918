import { describe, expect, test } from "vitest";
import {
  AmbiguousUsernameError,
  findUserByUsername,
  foldUsername,
  IncompleteListError,
  UsernameNotFoundError,
} from "../../../../src/incydr/index.ts";
import { type RecordedIncydr, refusal, startIncydr } from "../recorded-incydr.ts";

const ANN = "ann.karlsson@x.example";
const others = (count: number) => Array.from({ length: count }, (_, n) => `ann.${n}@x.example`);

/** A tenant that gives these usernames on pages, for any username in the query that `matches` doesn't leave out. */
function startUsers({
  usernames,
  pageSize = 100,
  totalOf = () => usernames.length,
  matches = () => true,
}: {
  readonly usernames: readonly (string | null)[];
  readonly pageSize?: number;
  readonly totalOf?: (users: readonly object[], asked: string) => number | undefined;
  readonly matches?: (username: string | null, asked: string) => boolean;
}) {
  const all = usernames.map((username, n) => ({ userId: `${1000 + n}`, username }));
  return startIncydr(({ target }) => {
    const query = new URL(target, "http://x").searchParams;
    const asked = query.get("username") ?? "";
    const from = (Number(query.get("page")) - 1) * pageSize;
    const users = all.filter(({ username }) => matches(username, asked)).slice(from, from + pageSize);
    return { json: { users, totalCount: totalOf(users, asked) } };
  });
}

describe.each<[string, (incydr: RecordedIncydr, username: string) => Promise<unknown>]>([
  ["getUser", (incydr, username) => incydr.users.getUser(username)],
  ["findUserByUsername", (incydr, username) => findUserByUsername(incydr.users, username)],
])("%s", (_method, find) => {
  test.each([
    ["of all users", () => 231],
    ["absent", () => undefined],
    ["of the page", (users: readonly object[]) => users.length],
  ])("finds the user behind full or shortened pages if the total is %s", async (_, totalOf) => {
    for (const pageSize of [100, 30]) {
      await using incydr = await startUsers({ usernames: [...others(230), ANN], pageSize, totalOf });
      expect(await find(incydr, ANN)).toMatchObject({ username: ANN });
    }
  });

  test("refuses a username that a second user has on another page", async () => {
    await using incydr = await startUsers({ usernames: [ANN, ...others(150), "Ann.Karlsson@X.example"] });
    const error = await refusal(find(incydr, ANN));
    expect(error).toBeInstanceOf(AmbiguousUsernameError);
    expect(error).toMatchObject({ code: "ambiguous", users: [{ userId: "1000" }, { userId: "1151" }] });
  });

  test("refuses a username that a second user has in lower case, if Incydr regards capitals", async () => {
    const usernames = ["Ann@x.example", "ann@x.example"];
    await using incydr = await startUsers({ usernames, matches: (username, asked) => username === asked });
    expect(await refusal(find(incydr, "Ann@x.example"))).toMatchObject({ code: "ambiguous" });
  });

  test("names the users whose usernames begin alike if it finds none", async () => {
    await using incydr = await startUsers({ usernames: [...others(120), null] });
    const error = await refusal(find(incydr, "ann.11@x.exampl"));
    expect(error).toBeInstanceOf(UsernameNotFoundError);
    expect(error).toMatchObject({ code: "not_found", similar: ["ann.11@x.example"] });
  });

  test.each([
    ["without the user", { usernames: others(3), totalOf: () => 9 }],
    ["with one such user", { usernames: [ANN], totalOf: () => 9 }],
    [
      "for one of both spellings",
      {
        usernames: [ANN],
        matches: (_: unknown, asked: string) => asked === ANN,
        totalOf: (_: unknown, asked: string) => (asked === ANN ? 1 : 5),
      },
    ],
  ])("concludes nothing from a list that may be incomplete %s", async (_, tenant) => {
    await using incydr = await startUsers(tenant);
    const error = await refusal(find(incydr, "Ann.Karlsson@x.example"));
    expect(error).toBeInstanceOf(IncompleteListError);
    expect(error).toMatchObject({ code: "unexpected_answer" });
  });

  test("reads 10 pages at most, and then concludes nothing", async () => {
    await using incydr = await startUsers({ usernames: [...others(1500), ANN] });
    expect(await refusal(find(incydr, ANN))).toBeInstanceOf(IncompleteListError);
    expect(incydr.requests).toHaveLength(10);
  });

  test("refuses a blank username before it asks Incydr, which would name every user", async () => {
    await using incydr = await startUsers({ usernames: [ANN] });
    expect(await refusal(find(incydr, " "))).toMatchObject({ code: "invalid", sent: "no" });
    expect(incydr.requests).toEqual([]);
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
])(
  "usernames are compared composed and in lower case: that %s and %s are the same is %s",
  (one, other, same) => {
    expect(foldUsername(one) === foldUsername(other)).toBe(same);
  },
);
