import { expect, test } from "vitest";
import {
  createLimiter,
  type IncydrClient,
  type Lane,
  parseOrgGuid,
  parseUserId,
  type RoleWriteOptions,
  type SlotSource,
} from "../../../src/incydr/index.ts";
import { openSlot } from "../../../src/incydr/rate-limit/open-slot.ts";
import { createManualClock } from "./manual-clock.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");

test("a replacement that ended with a 500 isn't taken for done because the roles look like it right after", async () => {
  let readings = 0;
  await using server = await startRecordingServer(({ method }): Reply => {
    if (method === "PUT") return { status: 500, json: { problem: "INTERNAL", description: null } };
    readings += 1;
    return { json: { roles: readings === 1 ? [{ roleId: "desktop" }] : [] } };
  });
  await using client = openClient(server.url);
  await expect(client.users.updateRoles(someUser, [])).rejects.toMatchObject({
    code: "outcome_unknown",
    status: 500,
  });
});

test("a replacement goes before the others of its priority, so that the roles it was made from are hardly older", async () => {
  await using server = await startRecordingServer(({ method, target }): Reply => {
    if (method === "PUT") return { json: { unassignedRolesIds: ["desktop"] } };
    if (target.endsWith("/roles")) return { json: { roles: [{ roleId: "desktop" }] } };
    return { json: { userId: target.split("/").at(-1) } };
  });
  const ready: (() => void)[] = [];
  const slots: SlotSource = {
    requestsPerMinute: 60,
    next: () => new Promise((resolve) => ready.push(() => resolve(openSlot({}).slot))),
    close: async () => undefined,
  };
  const limiter = createLimiter({ slots, clock: createManualClock() });
  await using client = openClient(server.url, { limiter });
  const grantOnceWaiting = async (lane: Lane, count: number) => {
    await expect.poll(() => [limiter.read().waiting[lane], ready.length]).toEqual([count, 1]);
    const sent = server.requests.length + server.tokenRequests.length;
    ready.pop()?.();
    await expect.poll(() => server.requests.length + server.tokenRequests.length).toBe(sent + 1);
  };
  const calls = [
    client.users.updateRoles(someUser, []),
    client.users.getUser("second"),
    client.users.getUser("third"),
  ];
  await grantOnceWaiting("emergency", 1);
  for (const waiting of [3, 3, 2, 1]) await grantOnceWaiting("interactive", waiting);
  await Promise.all(calls);
  expect(server.lines()).toEqual([
    `GET /v1/users/${someUser}/roles`,
    `PUT /v1/users/${someUser}/roles`,
    "GET /v1/users/second",
    "GET /v1/users/third",
  ]);
});

const held: Reply = { json: { roles: ["desktop", "proe"].map((roleId) => ({ roleId, roleName: roleId })) } };
const writes: Readonly<Record<string, (users: IncydrClient["users"], options: RoleWriteOptions) => unknown>> =
  {
    activate: (users, options) => users.activate(someUser, options),
    deactivate: (users, options) => users.deactivate(someUser, options),
    "deactivate once": (users, options) => users.deactivate(someUser, { ...options, repeatIfUnknown: false }),
    move: (users, options) => users.move(someUser, parseOrgGuid("org-1"), options),
    addRoles: (users, options) => users.addRoles(someUser, "alerts", options),
    removeRoles: (users, options) => users.removeRoles(someUser, "proe", options),
    updateRoles: (users, options) => users.updateRoles(someUser, ["desktop"], options),
  };

test.each(Object.entries(writes))(
  "%s is not sent if what comes right before it rejects",
  async (_name, write) => {
    await using server = await startRecordingServer(({ target }) =>
      target === "/v1/users/roles" ? { json: [{ roleId: "alerts", roleName: "alerts" }] } : held,
    );
    await using client = openClient(server.url);
    let readsBefore = 0;
    const beforeWrite = () => {
      readsBefore = server.requests.length;
      return Promise.reject(new Error("frozen"));
    };
    await expect(write(client.users, { beforeWrite })).rejects.toMatchObject({ code: "aborted", sent: "no" });
    expect(server.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    // Nothing is read after it either: it is the last thing before the write.
    expect(server.requests).toHaveLength(readsBefore);
  },
);
