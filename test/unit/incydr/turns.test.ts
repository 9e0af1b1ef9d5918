import { expect, test } from "vitest";
import { createLimiter, type Lane } from "../../../src/incydr/index.ts";
import { createHandBucket, createUnlimitedBucket } from "./hand-bucket.ts";
import { createManualClock, settled } from "./manual-clock.ts";
import { someUser, startIncydr } from "./recorded-incydr.ts";
import type { Responder } from "./recording-server.ts";

/** A client to which the test grants tokens one by one, each once so many calls wait. */
async function startByHand(responder: Responder) {
  const clock = createManualClock();
  const { bucket, put } = createHandBucket(clock);
  const limiter = createLimiter({ bucket, clock });
  const incydr = await startIncydr(responder, { limiter });
  const sent = () => incydr.requests.length + incydr.tokenRequests.length;
  const grantOnceWaiting = async (lane: Lane, count: number) => {
    await expect.poll(() => limiter.read().waiting[lane]).toBe(count);
    const sentBefore = sent();
    put(1);
    await expect.poll(() => clock.advance(10).then(sent)).toBe(sentBefore + 1);
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
  const limiter = createLimiter({ bucket: createUnlimitedBucket(clock), clock });
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
  // It has the first token, and the request itself comes a few steps later.
  expect(order.indexOf("/v1/oauth")).toBeLessThanOrEqual(1);
});
