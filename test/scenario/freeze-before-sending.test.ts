import { expect, test } from "vitest";
import { answerToCommand } from "../support/scenario-effects.ts";
import { emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();

test("a freeze that was answered stops a write that was not sent yet", async () => {
  const { slack, incydr, db } = world();
  const [theo, jonas] = [slack.as("theo"), slack.as("jonas")];
  const { id, card } = await makeRequest(world(), { command: `/incydr roles ${NADIA} add Alert Emails` });
  // The readings of the approval and of the claim pass; held is the one that the write begins with.
  const { userId } = incydr.tenant.user(NADIA);
  const nextReading = () => incydr.control.hold(`GET /v1/users/${userId}/roles`);
  const approval = nextReading();
  await theo.click("Approve", { message: card });
  await approval.arrived;
  const claim = nextReading();
  approval.release();
  await claim.arrived;
  const write = nextReading();
  claim.release();
  await write.arrived;
  const { rows } = await db.query("select state from targets where request_id = $1", [id]);
  expect(rows).toEqual([{ state: "executing" }]);
  await answerToCommand(jonas, "/incydr freeze");
  expect(incydr.writeLog()).toEqual([]);
  write.release();
  await untilQuiet(world());
  await waitForCard(world(), { id });
  expect(incydr.writeLog()).toEqual([]);
});
