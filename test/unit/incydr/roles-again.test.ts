import { expect, test } from "vitest";
import {
  createLimiter,
  createLocalSlots,
  type Limiter,
  parseRoleId,
  parseUserId,
} from "../../../src/incydr/index.ts";
import { createManualClock, skipRetryWaits } from "./manual-clock.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");
const named = (roleId: string) => ({ roleId, roleName: roleId });

function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "it succeeded",
    (thrown: unknown) => thrown,
  );
}

/** A tenant whose first replacement ends with `first`, somebody else having given the user a role just before. */
async function startContested(first: Reply) {
  const clock = createManualClock();
  let held = ["desktop", "proe"];
  let replacements = 0;
  const server = await startRecordingServer(({ method, body }): Reply => {
    if (method !== "PUT") return { json: { roles: held.map(named) } };
    replacements += 1;
    if (replacements === 1) {
      held = [...held, "alerts"];
      return first;
    }
    held = JSON.parse(body).roleIds;
    return { json: { processedReplacementRoleIds: held, unassignedRolesIds: ["proe"] } };
  });
  const client = openClient(server.url, { clock, hooks: skipRetryWaits(clock) });
  return {
    ...{ clock, server, client, held: () => held },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const toBeSentAgain: [string, Reply][] = [
  ["a 429", { status: 429, headers: { "Retry-After": "7" } }],
  ["a 401", { status: 401 }],
];

test.each(toBeSentAgain)("after %s a change follows from the roles as they are then", async (_, first) => {
  await using tenant = await startContested(first);
  await tenant.client.users.removeRoles(someUser, "proe");
  expect(tenant.held()).toEqual(["desktop", "alerts"]);
});

test.each(toBeSentAgain)("after %s the expected set is held against the roles again", async (_, first) => {
  await using tenant = await startContested(first);
  const expected = ["desktop", "proe"].map(parseRoleId);
  const error = await refusal(tenant.client.users.removeRoles(someUser, "proe", { expected }));
  expect(error).toMatchObject({ code: "conflict", sent: "no" });
  expect(tenant.held()).toEqual(["desktop", "proe", "alerts"]);
});

test("what somebody else has added meanwhile isn't written again", async () => {
  await using tenant = await startContested({ status: 429, headers: { "Retry-After": "7" } });
  tenant.server.respond(({ target, method }, nth): Reply => {
    if (target === "/v1/users/roles") return { json: [named("alerts")] };
    if (method === "PUT") return { status: 429, headers: { "Retry-After": "7" } };
    return { json: { roles: (nth < 4 ? ["desktop"] : ["desktop", "alerts"]).map(named) } };
  });
  const answer = await tenant.client.users.addRoles(someUser, "alerts");
  expect(answer).toMatchObject({ processedReplacementRoleIds: ["desktop", "alerts"] });
  expect(tenant.server.lines().filter((line) => line.startsWith("PUT"))).toHaveLength(1);
});

test("roles that were read before a pause are read again after it", async () => {
  const clock = createManualClock();
  let reads = 0;
  await using server = await startRecordingServer(({ method, body }): Reply => {
    if (method === "PUT") {
      const processedReplacementRoleIds = JSON.parse(body).roleIds;
      return { json: { processedReplacementRoleIds, unassignedRolesIds: ["proe", "alerts"] } };
    }
    reads += 1;
    return { json: { roles: ["desktop", "proe", ...(reads > 1 ? ["alerts"] : [])].map(named) } };
  });
  const slots = createLocalSlots({ requestsPerMinute: Number.POSITIVE_INFINITY });
  const limiter = createLimiter({ slots, clock });
  let taken = 0;
  const acquire: Limiter["acquire"] = (request) => {
    const slot = limiter.acquire(request);
    taken += 1;
    if (taken === 3) {
      // Another call's 429 comes while the replacement waits for its turn.
      limiter.pause(1000);
      setImmediate(() => clock.advance(1000));
    }
    return slot;
  };
  await using client = openClient(server.url, { clock, limiter: { ...limiter, acquire } });
  await client.users.updateRoles(someUser, ["desktop"]);
  expect(server.lines().map((line) => line.slice(0, 3))).toEqual(["GET", "GET", "PUT"]);
});

test("that Incydr ignored roles is told even if their names can't be learnt any more", async () => {
  await using server = await startRecordingServer(({ target, method }): Reply => {
    if (target === "/v1/users/roles") return { status: 403 };
    return { json: method === "PUT" ? { ignoredRolesIds: ["a"] } : { roles: [named("a"), named("b")] } };
  });
  await using client = openClient(server.url);
  const error = await refusal(client.users.updateRoles(someUser, ["a"]));
  expect(error).toMatchObject({ code: "roles_ignored", ignored: [named("a")] });
});
