import { expect, test } from "vitest";
import { auditEntries } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { APPROVALS, deny, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

/** Moves the clock by this number of minutes, and waits until all due work is done. */
async function pass(minutes: number): Promise<void> {
  await advance(minutes * 60_000);
  await untilQuiet(world());
}

test("waiting requests are reminded of in one message, then escalated in another, also after a restart", async () => {
  const { slack } = world();
  await slack.admin.removeFromChannel(APPROVALS, "lena");
  const lena = slack.as("lena");
  const first = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("nadia.petrov")}`,
    fields: { "Notify approvers": "lena" },
  });
  const second = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("ann.karlsson")}`,
    fields: { "Notify approvers": ["priya", "lena"] },
  });
  const digests = () =>
    slack
      .as("theo")
      .sees(APPROVALS)
      .filter(({ plain }) => /requests? (waits? for approvals|ha(s|ve) waited too long)/.test(plain))
      .map(({ plain }) => plain);

  await untilQuiet(world());
  expect(lena.sees("dm")).toHaveLength(2);

  await world().stopBot();
  await world().startBot();
  await pass(61);
  expect(digests()).toHaveLength(1);
  expect(digests()[0]).toContain("2 requests wait for approvals.");
  expect(digests()[0]).toContain(`${first.name} · Deactivate · requested by @Maya Lindqvist`);
  expect(digests()[0]).toContain(second.name);
  // The digest alerts an invited approver, or a direct message does if they aren't in the channel.
  expect(digests()[0]).toContain("invited: @Priya Raman, @Lena Fischer · expires");
  const personal = () => lena.sees("dm").filter(({ plain }) => plain.includes("for your approval"));
  expect(personal().map(({ plain }) => plain)).toEqual([
    expect.stringContaining("2 requests wait for your approval"),
  ]);
  expect(slack.as("priya").sees("dm")).toEqual([]);

  await deny(slack.as("theo"), first.card, "Not needed");
  await untilQuiet(world());
  await pass(180);
  expect(digests()).toHaveLength(2);
  expect(digests()[1]).toContain("1 request has waited too long. Please decide: @insider-risk-leads.");
  expect(digests()[1]).not.toContain(first.name);
  expect(personal()[1]?.plain).toContain("1 request waits for your approval");
  expect(personal()[1]?.plain).not.toContain(first.name);
  const told = (await auditEntries(world())).filter(({ kind }) => /reminded|escalated/.test(kind));
  expect(told.map(({ kind, request }) => `${request} ${kind}`)).toEqual([
    `${first.name} request.reminded`,
    `${second.name} request.reminded`,
    `${second.name} request.escalated`,
  ]);
});
