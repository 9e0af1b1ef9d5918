import { expect, test } from "vitest";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();

test("a freeze that was answered stops a write that was not sent yet", async () => {
  const { slack, incydr } = world();
  const [theo, jonas] = [slack.as("theo"), slack.as("jonas")];
  const { id, card } = await makeRequest(world(), { command: `/incydr roles ${NADIA} add Alert Emails` });
  // The claim's own reading passes; held is the one that the write begins with.
  const { userId } = incydr.tenant.user(NADIA);
  const state = incydr.control.hold(`GET /v1/users/${userId}/roles`);
  await theo.click("Approve", { message: card });
  await state.arrived;
  const write = incydr.control.hold(`GET /v1/users/${userId}/roles`);
  state.release();
  await write.arrived;
  await answerTo(jonas, APPROVALS, () => jonas.command("/incydr freeze", { in: APPROVALS }));
  expect(incydr.writeLog()).toEqual([]);
  write.release();
  await untilQuiet(world());
  await waitForCard(world(), { id });
  expect(incydr.writeLog()).toEqual([]);
});
