import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { approveAndWait, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

/** Incydr no longer has the user, as after an account was removed. */
const gone = (username: string) => {
  const { userId } = world().incydr.tenant.user(username);
  for (const on of [`GET /v1/users/${userId}`, `GET /v1/users/${userId}/roles`])
    world().incydr.control.addFault({ kind: "status", status: 404, on });
};

test("a card doesn't call a missing user an outage of Incydr", async () => {
  const subject = emailOf("ann.karlsson");
  const { id, card } = await makeRequest(world(), { command: `/incydr deactivate ${subject}` });
  gone(subject);
  const shown = await approveAndWait(
    world(),
    { id, card },
    { shows: /Approved, not executed yet. Waiting|Not executed\.|Out of date|Cancelled|Refused|Failed/ },
  );
  expect(shown.plain).not.toContain("Incydr isn't available");
});

test("an unreadable outcome is read once an hour in the end, and the requester is told once that it is unknown", async () => {
  const { slack, incydr, db } = world();
  const subject = emailOf("annette.karlsson");
  const { id, name, card } = await makeRequest(world(), { command: `/incydr deactivate ${subject}` });
  const held = incydr.control.hold("POST /v1/users/*/deactivate", { when: "after" });
  await slack.as("theo").click("Approve", { message: card });
  await held.arrived;
  gone(subject);
  held.release();
  await waitForCard(world(), { id, shows: "Unknown." });
  const delays: number[] = [];
  for (let round = 0; round < 4; round++) {
    await advance(8 * 24 * 3_600_000);
    await untilQuiet(world());
    const { rows } = await db.query<{ seconds: number }>(
      "select extract(epoch from start_after - created_on)::float as seconds from pgboss.job where name = 'settle' and state = 'created'",
    );
    delays.push(...rows.map(({ seconds }) => Math.round(seconds)));
  }
  const thread = slack
    .as("theo")
    .sees("insider-risk-approvals")
    .filter(({ threadTs }) => threadTs === card.ts);
  expect(delays).toEqual([3_600, 3_600, 3_600, 3_600]);
  expect(thread.map(({ plain }) => plain.split(/[.:]/)[0])).toEqual([
    `${name} approved by @Theo Okafor`,
    `${name} has an unknown outcome`,
  ]);
  expect(thread.at(-1)?.plain).toContain("@Maya Lindqvist");
});
