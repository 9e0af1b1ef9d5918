import { expect, test } from "vitest";
import { approveAndWait, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";
import { startWorld } from "../support/world.ts";

test("restarts during an outage leave one execution to be tried again, not one more each", async () => {
  await using world = await startWorld();
  const { incydr, db } = world;
  const { id, card } = await makeRequest(world, { command: `/incydr deactivate ${emailOf("nadia.petrov")}` });
  incydr.control.addFault({ kind: "status", status: 500, on: "GET /v1/users/**" });
  await approveAndWait(world, { id, card }, { shows: "Waiting: Incydr isn't answering." });
  for (let restart = 0; restart < 3; restart++) {
    await world.stopBot();
    await world.startBot();
    await untilQuiet(world).catch(() => {});
  }
  const { rows } = await db.query(
    "select state from pgboss.job where name = 'execute' and state in ('created', 'retry', 'active')",
  );
  expect(rows).toHaveLength(1);
});
