import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { makeDueNow, untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

test("a thread announces no approval of a request that is over", async () => {
  const { slack, db } = world();
  const theo = slack.as("theo");
  await answerToCommand(theo, "/incydr freeze");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("nadia.petrov")}`,
  });
  const failing = slack.faults.add({ method: "chat.postMessage", kind: "refused", error: "internal_error" });
  await approveAndWait(world(), { id, card }, { shows: "Waiting: all changes are frozen." });
  await failing.waitForHits(2);
  // The announcement is delayed, as after a fourth failure. Meanwhile the request expires.
  await expect
    .poll(
      async () =>
        (
          await db.query(
            "update pgboss.job set start_after = pgboss.job_now() + interval '2 days' where name = 'announce' and state = 'retry'",
          )
        ).rowCount,
    )
    .toBe(1);
  failing.release();
  await advance(25 * 3_600_000);
  await waitForCard(world(), { id, shows: "Expired." });
  await theo.waitForMessage(APPROVALS, `${name} expired`);
  await makeDueNow(db, "name = 'announce' and state = 'retry'");
  await untilQuiet(world());
  const thread = theo
    .sees(APPROVALS)
    .filter(({ threadTs }) => threadTs === card.ts)
    .map(({ plain }) => plain.split(".")[0]);
  expect(thread.at(-1)).toBe(`${name} expired`);
});
