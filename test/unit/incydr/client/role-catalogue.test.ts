import { expect, test } from "vitest";
import { createLimiter, IncydrError, type Lane } from "../../../../src/incydr/index.ts";
import { openSlot } from "../../../../src/incydr/rate-limit/open-slot.ts";
import { createManualClock, settled } from "../manual-clock.ts";
import { refusal, someUser, startIncydr } from "../recorded-incydr.ts";
import { openClient, type Reply, startRecordingServer } from "../recording-server.ts";

/** A tenant that answers what roles there are when the test says so. */
async function startSlowCatalogue() {
  const asked = Promise.withResolvers<void>();
  const reply = Promise.withResolvers<Reply>();
  let lookUps = 0;
  const server = await startRecordingServer(({ target, method, body }) => {
    if (target === "/v1/users/roles") {
      lookUps += 1;
      asked.resolve();
      return reply.promise;
    }
    if (method === "PUT") return { json: { processedReplacementRoleIds: JSON.parse(body).roleIds } };
    return { json: { roles: [] } };
  });
  return {
    ...{ server, asked: asked.promise, answer: reply.resolve, lookUps: () => lookUps },
    [Symbol.asyncDispose]: async () => {
      reply.resolve("drop");
      await server[Symbol.asyncDispose]();
    },
  };
}

const alerts: Reply = { json: [{ roleId: "alerts", roleName: "Alerts" }] };

test("who waits for another's look-up ends at the own deadline or abort, with an error of this client", async () => {
  await using tenant = await startSlowCatalogue();
  await using client = openClient(tenant.server.url);
  const longCall = client.users.addRoles(someUser, "Alerts");
  await tenant.asked;
  const giveUp = new AbortController();
  const shortCall = refusal(client.users.addRoles(someUser, "Alerts", { deadlineMs: 40 }));
  const given = refusal(client.users.getRole("Alerts", { signal: giveUp.signal }));
  expect(await shortCall).toMatchObject({ code: "timed_out", sent: "no" });
  giveUp.abort();
  expect(await given).toMatchObject({ code: "aborted", sent: "no" });
  for (const error of [await shortCall, await given]) expect(error).toBeInstanceOf(IncydrError);
  tenant.answer(alerts);
  expect(await longCall).toMatchObject({ processedReplacementRoleIds: ["alerts"] });
  expect(tenant.lookUps()).toBe(1);
});

test("who began a look-up and gives up doesn't take it from the others", async () => {
  await using tenant = await startSlowCatalogue();
  await using client = openClient(tenant.server.url);
  const giveUp = new AbortController();
  const first = refusal(client.users.addRoles(someUser, "Alerts", { signal: giveUp.signal }));
  await tenant.asked;
  const second = client.users.addRoles(someUser, "Alerts");
  giveUp.abort();
  expect(await first).toMatchObject({ code: "aborted", sent: "no" });
  tenant.answer(alerts);
  expect(await second).toMatchObject({ processedReplacementRoleIds: ["alerts"] });
  expect(tenant.lookUps()).toBe(1);
});

test("closing ends who waits for a look-up with an error of this client", async () => {
  await using tenant = await startSlowCatalogue();
  const client = openClient(tenant.server.url);
  const calls = [1, 2].map(() => refusal(client.users.addRoles(someUser, "Alerts")));
  await tenant.asked;
  await client.close();
  for (const call of calls) expect(await call).toMatchObject({ code: "aborted" });
});

test("a look-up that a bulk call needs takes the next slot, for an emergency may come to wait for it", async () => {
  const lanes: Lane[] = [];
  const clock = createManualClock();
  const slots = {
    requestsPerMinute: 60,
    next: async () => {
      await settled();
      return openSlot({}).slot;
    },
    close: async () => undefined,
  };
  const hooks = {
    onRequest: ({ path, lane }: { path: string; lane: Lane }) => {
      if (path === "/v1/users/roles") lanes.push(lane);
    },
  };
  await using incydr = await startIncydr(
    ({ target }) =>
      target === "/v1/users/roles"
        ? alerts
        : { json: { roles: [], processedReplacementRoleIds: ["alerts"] } },
    { clock, hooks, limiter: createLimiter({ slots, clock }) },
  );
  await incydr.users.addRoles(someUser, "Alerts", { lane: "bulk" });
  expect(lanes).toEqual(["emergency"]);
});
