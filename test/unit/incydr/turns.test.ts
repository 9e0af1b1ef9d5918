import { expect, test } from "vitest";
import { createLimiter, createLocalSlots, type Lane, type SlotSource } from "../../../src/incydr/index.ts";
import { openSlot } from "../../../src/incydr/rate-limit/open-slot.ts";
import { createManualClock, settled } from "./manual-clock.ts";
import { someUser, startIncydr } from "./recorded-incydr.ts";
import type { Responder } from "./recording-server.ts";

/** A client whose slots the test grants one by one, each as soon as this number of calls wait. */
async function startByHand(responder: Responder) {
  const ready: (() => void)[] = [];
  const slots: SlotSource = {
    requestsPerMinute: 60,
    next: () => new Promise((resolve) => ready.push(() => resolve(openSlot({}).slot))),
    close: async () => undefined,
  };
  const limiter = createLimiter({ slots, clock: createManualClock() });
  const incydr = await startIncydr(responder, { limiter });
  const sent = () => incydr.requests.length + incydr.tokenRequests.length;
  const grantOnceWaiting = async (lane: Lane, count: number) => {
    await expect.poll(() => [limiter.read().waiting[lane], ready.length]).toEqual([count, 1]);
    const sentBefore = sent();
    ready.pop()?.();
    await expect.poll(sent).toBe(sentBefore + 1);
  };
  return { ...incydr, grantOnceWaiting };
}

test("a replacement of roles goes before the other calls of its priority, so that the roles it was made from are hardly older", async () => {
  await using incydr = await startByHand(({ method, target }) => {
    if (method === "PUT") return { json: { unassignedRolesIds: ["desktop"] } };
    if (target.endsWith("/roles")) return { json: { roles: [{ roleId: "desktop" }] } };
    return { json: { userId: target.split("/").at(-1) } };
  });
  const calls = [
    incydr.users.updateRoles(someUser, []),
    incydr.users.getUser("second"),
    incydr.users.getUser("third"),
  ];
  await incydr.grantOnceWaiting("emergency", 1);
  for (const waiting of [3, 3, 2, 1]) await incydr.grantOnceWaiting("interactive", waiting);
  await Promise.all(calls);
  expect(incydr.lines()).toEqual([
    `GET /v1/users/${someUser}/roles`,
    `PUT /v1/users/${someUser}/roles`,
    "GET /v1/users/second",
    "GET /v1/users/third",
  ]);
});

test("a call that a 401 sends back to wait goes before the calls that came after it", async () => {
  await using incydr = await startByHand(({ target }, nth) =>
    nth === 1 ? { status: 401 } : { json: { userId: target.split("/").at(-1) } },
  );
  const calls = ["first", "second", "third"].map((id) => incydr.users.getUser(id));
  await incydr.grantOnceWaiting("emergency", 1);
  await incydr.grantOnceWaiting("interactive", 3);
  await incydr.grantOnceWaiting("emergency", 1);
  for (const waiting of [3, 2, 1]) await incydr.grantOnceWaiting("interactive", waiting);
  await Promise.all(calls);
  expect(incydr.lines().map((line) => line.split("/").at(-1))).toEqual(["first", "first", "second", "third"]);
});

test("the token is asked for before the other emergencies that wait", async () => {
  const order: string[] = [];
  const clock = createManualClock();
  const slots = createLocalSlots({ requestsPerMinute: Number.POSITIVE_INFINITY });
  const limiter = createLimiter({ slots, clock });
  const hooks = { onRequest: ({ path }: { path: string }) => void order.push(path) };
  await using incydr = await startIncydr(() => ({ json: { userId: someUser } }), { clock, limiter, hooks });
  await incydr.users.getUser(someUser);
  await clock.advance(871_000);
  limiter.pause(1000);
  const others = [1, 2, 3].map(() => limiter.acquire({ lane: "emergency" }).then(() => order.push("other")));
  const call = incydr.users.getUser(someUser, { lane: "emergency" });
  order.length = 0;
  await settled();
  await clock.advance(1000);
  await Promise.all([call, ...others]);
  // The call has the first slot, and sends its request a few steps later.
  expect(order.indexOf("/v1/oauth")).toBeLessThanOrEqual(1);
});
