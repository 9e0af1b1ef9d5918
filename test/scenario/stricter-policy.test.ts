import { expect, test } from "vitest";
import { answerToCommand } from "../support/scenario-effects.ts";
import { approveAndWait, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";
import { startWorld } from "../support/world.ts";

test("a pending card whose policy has become stricter never says that it needs no approvals", async () => {
  await using world = await startWorld();
  const { slack } = world;
  const { id, card } = await makeRequest(world, {
    command: `/incydr roles ${emailOf("nadia.petrov")} add Alert Emails`,
  });
  const jonas = slack.as("jonas");
  await answerToCommand(jonas, "/incydr freeze");
  await approveAndWait(world, { id, card }, { shows: "Waiting: all changes are frozen." });
  await untilQuiet(world);
  await world.stopBot();
  Object.assign(world.env, { PROTECTED_USERNAMES: emailOf("nadia.petrov") });
  await world.startBot();
  const priya = slack.as("priya");
  await answerToCommand(priya, "/incydr unfreeze");
  await untilQuiet(world);
  const shown = await waitForCard(world, { id, shows: "Pending." });
  expect(shown.plain).not.toContain("Needs 0 approvals");
});
