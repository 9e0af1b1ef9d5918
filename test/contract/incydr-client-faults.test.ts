import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { faults } from "../../bench/incydr/faults.ts";
import { stateOf, subjectsOf } from "../../bench/incydr/subjects.ts";
import { faultOf, makeCall } from "../../bench/incydr/workload.ts";
import type { FaultInput } from "../../sandbox/incydr/control/faults.ts";
import type { ReadingsChange } from "../../sandbox/incydr/readings.ts";
import { type IncydrClientOptions, parseOrgGuid, parseUserId } from "../../src/incydr/index.ts";
import { startSimulatedIncydr } from "../unit/incydr/recorded-incydr.ts";

const nadia = "nadia.petrov@harborlight.example";

async function open(options: Partial<IncydrClientOptions> = {}) {
  const incydr = await startSimulatedIncydr({}, { random: Math.random, ...options });
  return { ...incydr, userId: parseUserId(incydr.tenant.user(nadia).userId) };
}

test("a write whose answer is lost is sent again and takes effect once", async () => {
  await using world = await open();
  world.control.loseAnswers();
  expect(await world.users.deactivate(world.userId)).toEqual({ already: false });
  const writes = world.simulator.writeLog();
  expect(writes.map(({ before, after }) => [before?.active, after?.active])).toEqual([
    [true, false],
    [false, false],
  ]);
});

describe("getUser finds the right user or none", () => {
  const readings: ReadingsChange[] = (["exact", "prefix", "substring"] as const).flatMap((usernameFilter) =>
    (["sensitive", "insensitive"] as const).map((usernameFilterCase) => ({
      usernameFilter,
      usernameFilterCase,
    })),
  );

  test.each(readings)("if Incydr compares usernames by %j", async (reading) => {
    await using world = await open();
    world.control.setReadings(reading);
    for (const username of [
      "ann.karlsson@harborlight.example",
      "Annette.Karlsson@harborlight.example",
      "pär.öberg@harborlight.example",
      "victor.hale+lab@harborlight.example",
    ]) {
      const user = await world.users.getUser(username);
      expect(user.username).toBe(username.toLowerCase());
    }
    for (const username of [
      "ann@",
      "karlsson@harborlight.example",
      "@harborlight.example",
      "victor.hale@harborlight.example",
    ]) {
      await expect(world.users.getUser(username)).rejects.toMatchObject({ code: "not_found" });
    }
  });
});

describe("the deactivation of an inactive user", () => {
  test.each([{ repeatedStateChange: "accepted" }, { repeatedStateChange: "refused" }] as const)(
    "is no error: %j",
    async (reading) => {
      await using world = await open();
      world.control.setReadings(reading);
      const ivy = parseUserId(world.tenant.user("ivy.morton@harborlight.example").userId);
      for (const errorBody of ["problem", "array", "html", "text"] as const) {
        world.control.setReadings({ errorBody });
        const { already } = await world.users.deactivate(ivy);
        expect(already).toBe(reading.repeatedStateChange === "refused");
      }
    },
  );
});

test("a refused page size is an error with Incydr's words, never a part of the set", async () => {
  await using world = await open();
  world.control.setReadings({ maxPageSize: 50, oversizedPage: "refused" });
  const list = async (pageSize: number) => {
    const ids: string[] = [];
    for await (const { userId } of world.users.iterAll({ pageSize })) ids.push(userId);
    return ids;
  };
  await expect(list(51)).rejects.toMatchObject({
    ...{ code: "invalid", status: 400, serverWords: "pageSize must not exceed 50." },
  });
  expect(await list(50)).toHaveLength(world.tenant.users.length);
});

test("a role that Incydr won't assign is an error under either reading", async () => {
  await using world = await open();
  world.control.edit.setRoleAssignable("Alert Emails", true);
  await world.users.addRoles(world.userId, "Insider Risk Read Only");
  world.control.edit.setRoleAssignable("Alert Emails", false);
  world.control.setReadings({ unassignableRole: "ignored" });
  await expect(world.users.addRoles(world.userId, "Alert Emails")).rejects.toMatchObject({
    code: "roles_ignored",
    ignored: [{ roleId: "alert-emails", roleName: "Alert Emails" }],
  });
  world.control.setReadings({ unassignableRole: "refused" });
  await expect(world.users.addRoles(world.userId, "Alert Emails")).rejects.toMatchObject({
    code: "forbidden",
  });
});

describe("a held role that the client may not assign", () => {
  const victor = "victor.hale+lab@harborlight.example";
  const held = "identity-management-administrator";

  async function openWith(reading: ReadingsChange) {
    const world = await open();
    world.control.setReadings(reading);
    const userId = parseUserId(world.tenant.user(victor).userId);
    return { ...world, userId, rolesOf: () => world.tenant.rolesOf(victor) };
  }

  test("counts as removed if Incydr says so", async () => {
    await using world = await openWith({ omittedUnassignableRole: "removed" });
    expect(await world.users.removeRoles(world.userId, held)).toMatchObject({
      unassignedRolesIds: [held],
    });
    expect(world.rolesOf()).not.toContain(held);
  });

  test("never counts as removed if Incydr keeps it silently", async () => {
    await using world = await openWith({ omittedUnassignableRole: "kept" });
    const removal = world.users.removeRoles(world.userId, held);
    await expect(removal).rejects.toMatchObject({ code: "outcome_unknown", sent: "yes" });
    expect(world.rolesOf()).toContain(held);
  });

  test("stays when another role is added", async () => {
    await using world = await openWith({ heldUnassignableRole: "processed" });
    expect(await world.users.addRoles(world.userId, "Alert Emails")).toMatchObject({
      newlyAssignedRolesIds: ["alert-emails"],
      ignoredRolesIds: [],
    });
    expect(world.rolesOf()).toEqual(expect.arrayContaining([held, "alert-emails"]));
  });

  test("stays if Incydr ignores it, and the error names it", async () => {
    await using world = await openWith({ heldUnassignableRole: "ignored" });
    await expect(world.users.addRoles(world.userId, "Alert Emails")).rejects.toMatchObject({
      code: "roles_ignored",
      ignored: [{ roleId: held, roleName: "Identity Management Administrator" }],
    });
    expect(world.rolesOf()).toEqual(expect.arrayContaining([held, "alert-emails"]));
  });
});

test.each([
  ["bad_request", "invalid"],
  ["not_found", "not_found"],
] as const)(
  "a move to an unknown organization is an error with Incydr's words: %s",
  async (unknownOrg, code) => {
    await using world = await open();
    world.control.setReadings({ unknownOrg });
    const nowhere = parseOrgGuid("00000000-0000-4000-8000-000000000000");
    await expect(world.users.move(world.userId, nowhere)).rejects.toMatchObject({
      ...{ code, sent: "yes", serverWords: "Organization was not found" },
    });
  },
);

test("in any window of t at most burst + refill × t requests start, tokens and repetitions included", async () => {
  const starts: number[] = [];
  const [requestsPerMinute, burst] = [3000, 5];
  const refillPerMs = (0.99 * (requestsPerMinute - burst)) / 60_000;
  const hooks = { onRequest: () => void starts.push(performance.now()) };
  await using world = await open({ requestsPerMinute, burst, hooks });
  world.control.addFault({ kind: "status", status: 503, on: "GET /**", every: 5 });
  world.control.addFault({ kind: "latency", ms: 60, on: "**", every: 2 });
  await Promise.all(Array.from({ length: 25 }, () => world.users.getUser(world.userId)));
  expect(starts.length).toBeGreaterThan(30);
  for (const [first, from] of starts.entries()) {
    for (const [last, to] of starts.entries()) {
      // A request starts up to 200 ms after its grant.
      if (last > first) expect(last - first + 1).toBeLessThanOrEqual(burst + refillPerMs * (to - from + 200));
    }
  }
});

// A thousand calls in all: 75 under each fault by itself, a hundred under all of them.
test.each<[string, number, readonly FaultInput[]]>([
  ...faults.map((fault): [string, number, FaultInput[]] => [JSON.stringify(fault), 75, [fault]]),
  ["all of them at once", 100, faults],
])(
  "every call ends in its right answer or its right error, in time, with %s",
  async (_, count, switchedOn) => {
    const deadlineMs = 5000;
    const shown: string[] = [];
    const show = (value: unknown) => void shown.push(inspect(value, { depth: 20, showHidden: true }));
    const hooks = { onRequest: show, onResponse: show, onRetry: show, onWait: show, onIncompleteList: show };
    await using world = await open({ timeoutMs: 150, hooks });
    const { simulator } = world;
    const subjects = subjectsOf(simulator, count);
    for (const fault of switchedOn) simulator.control.addFault(fault);
    const reports = await Promise.all(
      subjects.map((subject, n) => makeCall(world, n, subject, deadlineMs, show)),
    );
    const problems = reports.flatMap((report, n) => {
      const subject = subjects[n];
      return (subject && faultOf(report, subject, stateOf(simulator, subject))) ?? [];
    });
    expect(problems).toEqual([]);
    expect(reports).toHaveLength(count);
    // The simulator's tokens begin with the first of these texts.
    const secrets = [
      "incydr-token-",
      simulator.clientSecret,
      btoa(`${simulator.clientId}:${simulator.clientSecret}`),
    ];
    expect(shown.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  },
);
