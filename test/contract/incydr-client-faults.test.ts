import { describe, expect, test } from "vitest";
import type { FaultInput } from "../../sandbox/incydr/control/faults.ts";
import { type IncydrSimulator, startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import type { ReadingsChange } from "../../sandbox/incydr/readings.ts";
import {
  createIncydrClient,
  type IncydrClient,
  type IncydrClientOptions,
  isIncydrError,
  parseOrgGuid,
  parseUserId,
} from "../../src/incydr/index.ts";

const nadia = "nadia.petrov@harborlight.example";

async function open(options: Partial<IncydrClientOptions> = {}) {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null });
  const { url, clientId, clientSecret } = simulator;
  const requestsPerMinute = Number.POSITIVE_INFINITY;
  const client = createIncydrClient({ url, clientId, clientSecret, requestsPerMinute, ...options });
  const userId = parseUserId(simulator.tenant.user(nadia).userId);
  return {
    simulator,
    client,
    userId,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await simulator.close();
    },
  };
}

describe("a write whose answer is lost", () => {
  test("is sent again where that does no harm, and takes effect once", async () => {
    await using world = await open();
    world.simulator.control.loseAnswers();
    expect(await world.client.users.deactivate(world.userId)).toEqual({ already: false });
    const changed = world.simulator
      .writeLog()
      .filter(({ before, after }) => before?.active !== after?.active);
    expect(changed).toHaveLength(1);
  });

  test("is sent once and of unknown outcome, if the caller would rather read back", async () => {
    await using world = await open();
    world.simulator.control.loseAnswers();
    const write = world.client.users.deactivate(world.userId, { repeatIfUnknown: false });
    await expect(write).rejects.toMatchObject({ code: "outcome_unknown", sent: "unknown" });
    expect(world.simulator.writeLog()).toHaveLength(1);
    expect(await world.client.users.getUser(world.userId)).toMatchObject({ active: false });
  });

  test("is never sent again for roles", async () => {
    await using world = await open();
    world.simulator.control.addFault({ kind: "cut_short", on: "PUT /v1/users/**", times: 1 });
    const write = world.client.users.removeRoles(world.userId, "PROe User");
    await expect(write).rejects.toMatchObject({ code: "outcome_unknown" });
    expect(world.simulator.writeLog()).toHaveLength(1);
  });
});

describe("the right user, or none", () => {
  const readings: ReadingsChange[] = (["exact", "prefix", "substring"] as const).flatMap((usernameFilter) =>
    (["sensitive", "insensitive"] as const).map((usernameFilterCase) => ({
      usernameFilter,
      usernameFilterCase,
    })),
  );

  test.each(readings)("whichever way usernames are compared: %j", async (reading) => {
    await using world = await open();
    world.simulator.control.setReadings(reading);
    for (const username of [
      "ann.karlsson@harborlight.example",
      "Annette.Karlsson@harborlight.example",
      "pär.öberg@harborlight.example",
      "victor.hale+lab@harborlight.example",
    ]) {
      const user = await world.client.users.getUser(username);
      expect(user.username).toBe(username.toLowerCase());
    }
    for (const username of [
      "ann@",
      "karlsson@harborlight.example",
      "@harborlight.example",
      "victor.hale@harborlight.example",
    ]) {
      await expect(world.client.users.getUser(username)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test.each([{ repeatedStateChange: "accepted" }, { repeatedStateChange: "refused" }] as const)(
    "an inactive user is deactivated without an error: %j",
    async (reading) => {
      await using world = await open();
      world.simulator.control.setReadings(reading);
      const ivy = parseUserId(world.simulator.tenant.user("ivy.morton@harborlight.example").userId);
      for (const errorBody of ["problem", "array", "html", "text"] as const) {
        world.simulator.control.setReadings({ errorBody });
        const { already } = await world.client.users.deactivate(ivy);
        expect(already).toBe(reading.repeatedStateChange === "refused");
      }
    },
  );

  test("a listing has every user once, although the server cuts large pages down", async () => {
    await using world = await open();
    world.simulator.control.setReadings({ maxPageSize: 40 });
    const ids: string[] = [];
    for await (const { userId } of world.client.users.iterAll({ pageSize: 100 })) ids.push(userId);
    expect(ids).toEqual(world.simulator.tenant.users.map(({ userId }) => userId));
  });
});

test("a role that Incydr won't assign is an error under either reading", async () => {
  await using world = await open();
  world.simulator.control.edit.setRoleAssignable("Alert Emails", true);
  await world.client.users.addRoles(world.userId, "Insider Risk Read Only");
  world.simulator.control.edit.setRoleAssignable("Alert Emails", false);
  world.simulator.control.setReadings({ unassignableRole: "ignored" });
  await expect(world.client.users.addRoles(world.userId, "Alert Emails")).rejects.toMatchObject({
    code: "roles_ignored",
    ignored: [{ roleId: "alert-emails", roleName: "Alert Emails" }],
  });
  world.simulator.control.setReadings({ unassignableRole: "refused" });
  await expect(world.client.users.addRoles(world.userId, "Alert Emails")).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("in any window of t at most 1 + rate × t requests start, tokens and repetitions included", async () => {
  const starts: number[] = [];
  const requestsPerMinute = 3000;
  const hooks = { onRequest: () => void starts.push(performance.now()) };
  await using world = await open({ requestsPerMinute, hooks });
  world.simulator.control.addFault({ kind: "status", status: 503, on: "GET /**", every: 5 });
  world.simulator.control.addFault({ kind: "latency", ms: 60, on: "**", every: 2 });
  await Promise.all(Array.from({ length: 25 }, () => world.client.users.getUser(world.userId)));
  expect(starts.length).toBeGreaterThan(30);
  for (const [first, from] of starts.entries()) {
    for (const [last, to] of starts.entries()) {
      // A quarter of a start: the hook runs some microtasks after the slot was granted.
      if (last > first)
        expect(last - first).toBeLessThanOrEqual((requestsPerMinute / 60_000) * (to - from) + 0.25);
    }
  }
});

const faults: FaultInput[] = [
  { kind: "latency", ms: 15, every: 3 },
  { kind: "too_many_requests", retryAfterSeconds: 0.02, every: 7 },
  { kind: "status", status: 502, body: "html", every: 8 },
  { kind: "status", status: 503, body: "empty", every: 9 },
  { kind: "status", status: 504, when: "after", every: 13 },
  { kind: "drop", every: 12 },
  { kind: "drop", when: "after", every: 17 },
  { kind: "cut_short", every: 16 },
  { kind: "hang", every: 40 },
  { kind: "status", status: 200, body: "html", every: 50 },
  { kind: "status", status: 500, every: 45 },
  { kind: "status", status: 401, every: 30 },
];

test.each([
  ...faults.map((fault): [string, FaultInput[]] => [JSON.stringify(fault), [fault]]),
  ["all of them at once", faults] satisfies [string, FaultInput[]],
])("every call ends in its right answer or its right error, in time, with %s", async (_, switchedOn) => {
  await using world = await open({ timeoutMs: 150 });
  for (const fault of switchedOn) world.simulator.control.addFault(fault);
  const results = await Promise.all(
    Array.from({ length: 60 }, (_call, n) => mixedCall(n, world.client, world.simulator)),
  );
  for (const { result, expected, mayBeUnknown, tookMs } of results) {
    expect(tookMs).toBeLessThan(8000);
    if (!isIncydrError(result)) {
      expect(result).toEqual(expected);
      continue;
    }
    const codes = ["unavailable", "timed_out", "unexpected_answer", "rate_limited", "unauthorized"];
    expect([...codes, ...(mayBeUnknown ? ["outcome_unknown"] : [])]).toContain(result.code);
    if (mayBeUnknown && result.code !== "outcome_unknown") expect(["no", "yes"]).toContain(result.sent);
  }
});

/** The n-th of a mixture of reads and writes, each on a user of its own, with the answer that would be right. */
async function mixedCall(n: number, client: IncydrClient, { tenant }: IncydrSimulator) {
  const record = tenant.users[30 + n] ?? tenant.user(nadia);
  const userId = parseUserId(record.userId);
  const leavers = parseOrgGuid(tenant.org("Leavers").orgGuid);
  const options = { deadlineMs: 5000 };
  const startedAt = performance.now();
  const calls = [
    async () => (await client.users.getUser(userId, options)).username,
    async () => (await client.users.getUser(record.username ?? "", options)).userId,
    async () => (await client.users.listUserRoles(userId, options)).map(({ roleId }) => roleId).sort(),
    async () => void (await client.users.move(userId, leavers, options)),
    async () => (await client.users.activate(userId, options)).already,
    async () => (await client.users.updateRoles(userId, "desktop-user", options)).processedReplacementRoleIds,
  ];
  const expected = [
    record.username,
    userId,
    [...tenant.rolesOf(userId)].sort(),
    undefined,
    false,
    ["desktop-user"],
  ];
  const kind = n % calls.length;
  const result: unknown = await calls[kind]?.().catch((thrown: unknown) => thrown);
  return { result, expected: expected[kind], mayBeUnknown: kind >= 3, tookMs: performance.now() - startedAt };
}
