import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { userFaultText } from "../../../src/slack/texts/subject-faults.ts";
import { createFindMany, type FindMany } from "../../../src/subjects/index.ts";
import { type IncydrBench, startIncydrBench } from "./incydr-bench.ts";

const ANN = "ann.karlsson@harborlight.example";
const BACKUP = "service.backup@harborlight.example";
const ANNETTE = "annette.karlsson@harborlight.example";

let bench: IncydrBench;
let findMany: FindMany;
beforeAll(async () => {
  bench = await startIncydrBench();
  findMany = createFindMany({ incydr: bench.incydr });
});
afterEach(() => bench.simulator.control.reset());
afterAll(() => bench[Symbol.asyncDispose]());

/** Who was found for each name, or why nobody. */
async function found(names: readonly string[]): Promise<Record<string, string | null>> {
  const answers = await findMany(names);
  return Object.fromEntries(
    [...answers].map(([name, answer]) => [
      name,
      "user" in answer ? answer.user.username : userFaultText(answer.fault),
    ]),
  );
}

/** Few names are asked for one by one; of many, the whole list of users is read instead. */
describe.each([
  ["one by one", 0],
  ["in the list of all", 40],
])("%s", (_how, others) => {
  const more = Array.from({ length: others }, (_, index) => `nobody${index}@x.example`);
  const foundAmong = async (names: readonly string[]) => {
    const answers = await found([...names, ...more]);
    return Object.fromEntries(names.map((name) => [name, answers[name]]));
  };

  it("each is found by exactly its username or its id, in any case, and nobody whose name begins alike", async () => {
    bench.simulator.control.setReadings({ usernameFilter: "prefix" });
    const { userId } = bench.simulator.tenant.user(ANNETTE);
    expect(await foundAmong([ANN.toUpperCase(), userId, "ann.karlsson"])).toEqual({
      [ANN.toUpperCase()]: ANN,
      [userId]: ANNETTE,
      "ann.karlsson": "Incydr has no such user.",
    });
  });

  it("who isn't there is said, and so is a name that several have, with their ids", async () => {
    const { tenant, control } = bench.simulator;
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

it("a list of all users is read where that takes fewer requests", async () => {
  const { simulator } = bench;
  simulator.control.clearLogs();
  await findMany(Array.from({ length: 200 }, (_, index) => `nobody${index}@x.example`));
  expect(simulator.requestLog().filter(({ route }) => route === "/v1/users").length).toBeLessThan(10);
});

it("a user about whom Incydr answers with an error has a fault, and the others are found", async () => {
  const { simulator } = bench;
  const { userId } = simulator.tenant.user(ANNETTE);
  simulator.control.addFault({ kind: "status", status: 500, on: `GET /v1/users/${userId}` });
  expect(await found([ANN, userId])).toEqual({
    [ANN]: ANN,
    [userId]: "Incydr answered with an error about this user (HTTP 500). Try again later.",
  });
});

it("from a list that may be incomplete nobody is concluded not to exist: each is looked up", async () => {
  bench.simulator.control.setReadings({ recordWithoutId: true, usernameFilter: "exact" });
  const hidden = bench.simulator.tenant.users[0];
  const more = Array.from({ length: 40 }, (_, index) => `nobody${index}@x.example`);
  const answers = await found([hidden?.userId ?? "", hidden?.username ?? "", ...more]);
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
)("all of 90 users are found where Incydr cuts pages: %j", async (readings) => {
  bench.simulator.control.setReadings(readings);
  const names = bench.simulator.tenant.users.slice(0, 90).map(({ username }) => username ?? "");
  expect(await found(names)).toEqual(Object.fromEntries(names.map((name) => [name, name])));
});

it.each([false, true])(
  "a total that is the page's own doesn't count the pages of the list; its record skipped: %s",
  async (recordWithoutId) => {
    const { simulator } = bench;
    simulator.control.setReadings({ totalCount: "per_page", recordWithoutId });
    simulator.control.clearLogs();
    await findMany([ANN, ANNETTE, BACKUP]);
    expect(simulator.requestLog().filter(({ route }) => route === "/v1/users")).toHaveLength(4);
  },
);

it("a list of 30,000 users without a username takes less than 1.5 s of CPU", async () => {
  const users = Array.from({ length: 29_990 }, (_, n) => ({ userId: `${10_000 + n}`, username: null }));
  const getPage = async ({ pageNum = 1, pageSize = 100 } = {}) => ({
    users: users.slice((pageNum - 1) * pageSize, pageNum * pageSize),
    totalCount: users.length,
    skipped: 0,
  });
  const reader = { ...bench.incydr, users: { ...bench.incydr.users, getPage } };
  const findThem = createFindMany({ incydr: reader as unknown as typeof bench.incydr }); // with bare ids
  const names = users.slice(0, 301).map(({ userId }) => userId);
  const before = process.threadCpuUsage();
  expect(await findThem(names)).toMatchObject({ size: 301 });
  const { user, system } = process.threadCpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_500);
});
