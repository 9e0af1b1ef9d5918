import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { deny, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

test("a denial by an approver's other Slack account denies, and isn't retried for ever", async () => {
  const { slack, db } = world();
  const { id, card } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("nadia.petrov")} add Org Admin`,
  });
  await slack.as("theo").click("Approve", { message: card });
  const again = await waitForCard(world(), { id, shows: "Approved by" });
  // The two accounts of one person never have the address at once: it wanders from one to the other.
  await slack.admin.changeEmail("theo", emailOf("theo.old"));
  await slack.admin.changeEmail("priya", emailOf("theo.okafor"));
  await advance(300_001);
  await deny(slack.as("priya"), again);
  await waitForCard(world(), { id, shows: "Denied." }).catch((error: unknown) => error);
  const { rows } = await db.query(
    "select state, output from pgboss.job where name = 'decide' and state = 'retry'",
  );
  expect(rows).toEqual([]);
  await untilQuiet(world());
});
