import { describe, expect, it } from "vitest";
import { IncydrError, type IncydrReader } from "../../../src/incydr/index.ts";
import { userFaultText } from "../../../src/slack/texts/subject-faults.ts";
import { createFindMany } from "../../../src/subjects/index.ts";
import { useIncydrBench } from "./incydr-bench.ts";

const ANN = "ann.karlsson@harborlight.example";
const BACKUP = "service.backup@harborlight.example";
const ANNETTE = "annette.karlsson@harborlight.example";

const bench = useIncydrBench();
const findMany = (names: readonly string[]) => createFindMany({ incydr: bench().incydr })(names);
const unknownNames = (count: number) => Array.from({ length: count }, (_, n) => `nobody${n}@x.example`);
const listings = () =>
  bench()
    .simulator.requestLog()
    .filter(({ route }) => route === "/v1/users").length;

/** The username of each user that is found, or the sentence of the fault. */
async function found(names: readonly string[]): Promise<Record<string, string | null>> {
  const answers = await findMany(names);
  return Object.fromEntries(
    [...answers].map(([name, answer]) => [
      name,
      "user" in answer ? answer.user.username : userFaultText(answer.fault),
    ]),
  );
}

describe.each([
  ["that are looked up one by one", 0],
  ["that are looked up in the list of all users", 40],
])("names %s", (_how, others) => {
  const foundAmong = async (names: readonly string[]) => {
    const answers = await found([...names, ...unknownNames(others)]);
    return Object.fromEntries(names.map((name) => [name, answers[name]]));
  };

  it("find a user by exactly the username or id, in any case, and no user whose name begins alike", async () => {
    bench().simulator.control.setReadings({ usernameFilter: "prefix" });
    const { userId } = bench().simulator.tenant.user(ANNETTE);
    expect(await foundAmong([ANN.toUpperCase(), userId, "ann.karlsson"])).toEqual({
      [ANN.toUpperCase()]: ANN,
      [userId]: ANNETTE,
      "ann.karlsson": "Incydr has no such user.",
    });
  });

  it("have a fault if no user has them, or several do, whose ids are named", async () => {
    const { tenant, control } = bench().simulator;
    control.edit.rename(ANNETTE, ANN.toUpperCase());
    const ids = tenant.users
      .filter(({ username }) => username?.toLowerCase() === ANN)
      .map((user) => user.userId);
    expect(ids).toHaveLength(2);
    const answers = await foundAmong([ANN, "nobody@harborlight.example", "999999999999999999"]);
    expect(answers).toMatchObject({
      "nobody@harborlight.example": "Incydr has no such user.",
      "999999999999999999": "Incydr has no such user.",
    });
    expect(answers[ANN]).toMatch(/^Several Incydr users have this name. Use an id: /);
    for (const id of ids) expect(answers[ANN]).toContain(id);
    expect(await foundAmong(ids)).toEqual(
      Object.fromEntries(ids.map((id) => [id, tenant.user(id).username])),
    );
  });
});

it("the list of all users is read if that takes fewer requests", async () => {
  bench().simulator.control.clearLogs();
  await findMany(unknownNames(200));
  expect(listings()).toBeLessThan(10);
});

it("a user about whom Incydr answers with an error has a fault, and the others are found", async () => {
  const { simulator } = bench();
  const { userId } = simulator.tenant.user(ANNETTE);
  simulator.control.addFault({ kind: "status", status: 500, on: `GET /v1/users/${userId}` });
  expect(await found([ANN, userId])).toEqual({
    [ANN]: ANN,
    [userId]: "Incydr answered with an error about this user (HTTP 500). Try again later.",
  });
});

it("names that are missing from a list that may be incomplete are looked up one by one", async () => {
  bench().simulator.control.setReadings({ recordWithoutId: true, usernameFilter: "exact" });
  const hidden = bench().simulator.tenant.users[0];
  const answers = await found([hidden?.userId ?? "", hidden?.username ?? "", ...unknownNames(40)]);
  expect(answers).toMatchObject({
    [hidden?.userId ?? ""]: hidden?.username,
    [hidden?.username ?? ""]: "Incydr's list of users may be incomplete. Use the user's id.",
    "nobody7@x.example": "Incydr has no such user.",
  });
});

it.each(
  (["absent", "per_page"] as const).flatMap((totalCount) =>
    [10, 20, 24, 64].map((maxPageSize) => ({ totalCount, maxPageSize })),
  ),
)("all of 90 users are found if Incydr cuts pages: %j", async (readings) => {
  bench().simulator.control.setReadings(readings);
  const names = bench()
    .simulator.tenant.users.slice(0, 90)
    .map(({ username }) => username ?? "");
  expect(await found(names)).toEqual(Object.fromEntries(names.map((name) => [name, name])));
});

it.each([false, true])(
  "a total that may count one page only doesn't count the pages of the list; a record is skipped: %s",
  async (recordWithoutId) => {
    const { control } = bench().simulator;
    control.setReadings({ totalCount: "per_page", recordWithoutId });
    control.clearLogs();
    await findMany([ANN, ANNETTE, BACKUP]);
    expect(listings()).toBe(4);
  },
);

describe("the list of all users", () => {
  /** Finds users of an Incydr whose list has this many, and whose pages are as `getPage` says. */
  function findThem(
    count: number,
    names: readonly string[],
    getPage: (from: number, to: number) => object[],
  ) {
    const incydr = {
      users: {
        getPage: async ({ pageNum = 1, pageSize = 100 } = {}) => ({
          users:
            pageSize === 1 ? [{ userId: "70000" }] : getPage((pageNum - 1) * pageSize, pageNum * pageSize),
          totalCount: count,
          skipped: 0,
        }),
        getUser: async (userId: string) => ({ userId }),
      },
    } as unknown as IncydrReader; // nothing else is called
    return createFindMany({ incydr })(names);
  }
  const failed = (code: "unexpected_answer" | "unavailable", status: number) =>
    new IncydrError(code, "It failed.", { sent: "yes", status });

  it("is left for single look-ups if one of its pages isn't understood", async () => {
    const found = await findThem(90, ["70001", "70002", "70003"], () => {
      throw failed("unexpected_answer", 200);
    });
    expect(found.get("70002")).toEqual({ user: { userId: "70002" } });
  });

  it("that Incydr doesn't answer is an outage, and no fault of a user", async () => {
    const unavailable = failed("unavailable", 503);
    const finding = findThem(90, ["70001", "70002"], () => {
      throw unavailable;
    });
    await expect(finding).rejects.toBe(unavailable);
  });

  it("takes less than 1.5 s of CPU if it has 30,000 users without a username", async () => {
    const users = Array.from({ length: 29_990 }, (_, n) => ({ userId: `${10_000 + n}`, username: null }));
    const names = users.slice(0, 301).map(({ userId }) => userId);
    const before = process.threadCpuUsage();
    const found = await findThem(users.length, names, (from, to) => users.slice(from, to));
    const { user, system } = process.threadCpuUsage(before);
    expect(found).toMatchObject({ size: 301 });
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });
});
