import { expect, test } from "vitest";
import { IncydrError } from "../../../../src/incydr/index.ts";
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
