import { expect, test } from "vitest";
import { createRoleCatalogue } from "../../../../src/incydr/client/role-catalogue.ts";
import { type Call, createCallRunner } from "../../../../src/incydr/http/call-runner.ts";
import { createList, IncydrError, type Role } from "../../../../src/incydr/index.ts";
import { createManualClock } from "../manual-clock.ts";
import { refusal, someUser, startIncydr } from "../recorded-incydr.ts";
import type { Reply } from "../recording-server.ts";

/** A tenant that answers the list of roles when the test lets it. */
async function startSlowCatalogue() {
  const asked = Promise.withResolvers<void>();
  const reply = Promise.withResolvers<Reply>();
  let lookUps = 0;
  const incydr = await startIncydr(({ target, method, body }) => {
    if (target === "/v1/users/roles") {
      lookUps += 1;
      asked.resolve();
      return reply.promise;
    }
    if (method === "PUT") return { json: { processedReplacementRoleIds: JSON.parse(body).roleIds } };
    return { json: { roles: [] } };
  });
  return {
    ...incydr,
    ...{ asked: asked.promise, answer: reply.resolve, lookUps: () => lookUps },
    [Symbol.asyncDispose]: async () => {
      reply.resolve("drop");
      await incydr[Symbol.asyncDispose]();
    },
  };
}

const alerts: Reply = { json: [{ roleId: "alerts", roleName: "Alerts" }] };

test("a caller that waits for another's look-up ends at its own deadline or abort", async () => {
  await using tenant = await startSlowCatalogue();
  const longCall = tenant.users.addRoles(someUser, "Alerts");
  await tenant.asked;
  const giveUp = new AbortController();
  const shortCall = refusal(tenant.users.addRoles(someUser, "Alerts", { deadlineMs: 40 }));
  const given = refusal(tenant.users.getRole("Alerts", { signal: giveUp.signal }));
  expect(await shortCall).toMatchObject({ code: "timed_out", sent: "no" });
  giveUp.abort();
  expect(await given).toMatchObject({ code: "aborted", sent: "no" });
  for (const error of [await shortCall, await given]) expect(error).toBeInstanceOf(IncydrError);
  tenant.answer(alerts);
  expect(await longCall).toMatchObject({ processedReplacementRoleIds: ["alerts"] });
  expect(tenant.lookUps()).toBe(1);
});

test("a caller that began a look-up and gives up doesn't take it from the others", async () => {
  await using tenant = await startSlowCatalogue();
  const giveUp = new AbortController();
  const first = refusal(tenant.users.addRoles(someUser, "Alerts", { signal: giveUp.signal }));
  await tenant.asked;
  const second = tenant.users.addRoles(someUser, "Alerts");
  giveUp.abort();
  expect(await first).toMatchObject({ code: "aborted", sent: "no" });
  tenant.answer(alerts);
  expect(await second).toMatchObject({ processedReplacementRoleIds: ["alerts"] });
  expect(tenant.lookUps()).toBe(1);
});

test("closing the client ends the calls that wait for a look-up", async () => {
  await using tenant = await startSlowCatalogue();
  const calls = [1, 2].map(() => refusal(tenant.users.addRoles(someUser, "Alerts")));
  await tenant.asked;
  await tenant.close();
  for (const call of calls) expect(await call).toMatchObject({ code: "aborted" });
});

test("names of roles are remembered for 15 minutes from when they were asked for, not from when they came", async () => {
  const clock = createManualClock();
  let lists = 0;
  let isAway = false;
  const catalogue = createRoleCatalogue({
    clock,
    run: createCallRunner({ clock, closing: new AbortController().signal }),
    listRoles: async () => {
      if (isAway) throw new IncydrError("unavailable", "It is away.", { sent: "no" });
      lists += 1;
      await clock.advance(100_000);
      return createList<Role>([], { complete: true, skipped: [] });
    },
  });
  const call = { signal: new AbortController().signal } as Call; // nothing else is read
  await catalogue.read(call);
  await clock.advance(199_999);
  expect((await catalogue.read(call)).remembered).toBe(true);
  // A refresh in the background fails, so the remembered names get older.
  isAway = true;
  await clock.advance(600_000);
  expect((await catalogue.read(call)).remembered).toBe(true);
  isAway = false;
  await clock.advance(1);
  expect((await catalogue.read(call)).remembered).toBe(false);
  expect(lists).toBe(2);
});
