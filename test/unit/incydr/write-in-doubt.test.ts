import { expect, test } from "vitest";
import { createLimiter, createLocalSlots, type Limiter, parseUserId } from "../../../src/incydr/index.ts";
import { createManualClock, skipRetryWaits } from "./manual-clock.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");
const named = (roleId: string) => ({ roleId, roleName: roleId });

test("a doubt about a write outlasts a 429, whose request took no effect", async () => {
  const clock = createManualClock();
  const replies: Reply[] = ["drop", { status: 429, headers: { "Retry-After": "3" } }, { status: 403 }];
  await using server = await startRecordingServer((_, nth) => replies[nth - 1] ?? {});
  await using client = openClient(server.url, { clock, hooks: skipRetryWaits(clock) });
  await expect(client.users.deactivate(someUser)).rejects.toMatchObject({
    code: "outcome_unknown",
    cause: { code: "forbidden" },
  });
  expect(server.requests).toHaveLength(3);
});

test("a write whose repetition is stopped before it is sent is in doubt, for its first sending may have taken effect", async () => {
  const clock = createManualClock();
  await using server = await startRecordingServer(() => "drop");
  await using client = openClient(server.url, { clock, hooks: skipRetryWaits(clock) });
  let sendings = 0;
  const beforeWrite = async () => {
    sendings += 1;
    if (sendings === 2) throw new Error("frozen");
  };
  await expect(client.users.deactivate(someUser, { beforeWrite })).rejects.toMatchObject({
    code: "outcome_unknown",
    sent: "unknown",
  });
  expect(server.requests).toHaveLength(1);
});

test("roles that were read before a new token had to be fetched are read again after it", async () => {
  const clock = createManualClock();
  let reads = 0;
  await using server = await startRecordingServer(({ method, body }): Reply => {
    if (method === "PUT") {
      const processedReplacementRoleIds = JSON.parse(body).roleIds;
      return { json: { processedReplacementRoleIds, unassignedRolesIds: ["proe"] } };
    }
    reads += 1;
    return { json: { roles: ["desktop", ...(reads > 1 ? ["alerts"] : []), "proe"].map(named) } };
  });
  const slots = createLocalSlots({ requestsPerMinute: Number.POSITIVE_INFINITY });
  const limiter = createLimiter({ slots, clock });
  let taken = 0;
  const acquire: Limiter["acquire"] = (request) => {
    const slot = limiter.acquire(request);
    taken += 1;
    // While the replacement waits for its turn, the life of the token ends.
    if (taken === 3) void clock.advance(890_000);
    return slot;
  };
  await using client = openClient(server.url, { clock, limiter: { ...limiter, acquire } });
  await client.users.removeRoles(someUser, "proe", { deadlineMs: 10_000_000 });
  const [replacement] = server.requests.filter(({ method }) => method === "PUT");
  expect(replacement?.body).toBe(JSON.stringify({ roleIds: ["desktop", "alerts"] }));
  expect(replacement?.headers.authorization).toBe("Bearer incydr-token-2");
});

test.each([403, 422, 500])(
  "that a user is in the wanted state already isn't taken from a %i",
  async (status) => {
    await using server = await startRecordingServer(() => ({
      status,
      json: { problem: "USER_ALREADY_DEACTIVATED", description: null },
    }));
    await using client = openClient(server.url);
    await expect(client.users.deactivate(someUser)).rejects.toMatchObject({ status });
  },
);
