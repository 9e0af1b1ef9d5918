import { test } from "vitest";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { startWorld } from "../support/world.ts";
test("dbg", async () => {
  await using world = await startWorld();
  const { slack, incydr } = world;
  const subject = emailOf("pär.öberg");
  const { id, name, card } = await makeRequest(world, {
    command: `/incydr roles ${subject} add`,
    fields: { "Roles to add": ["Alert Emails", "Watchlist Manager"] },
  });
  await slack.as("theo").click("Approve", { message: card });
  await waitForCard(world, { id, shows: "Verified." }).catch(console.log);
  await new Promise(r=>setTimeout(r,3000));
  console.log(world.log.filter(l=>!/"level":20/.test(l)).join("\n"));
  console.log(slack.violations.entries);
});
