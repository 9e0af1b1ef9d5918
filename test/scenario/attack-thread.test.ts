import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { runPutOff, untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });
const LEADS = "insider-risk-leads";

test("what is said of a card in the restricted channel stands in its thread, for an unmapped subject too", async () => {
  const { slack } = world();
  const theo = slack.as("theo");
  const { id, name } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("annette.karlsson")} add Alert Emails`,
    in: "inc-4711",
    cardIn: "insider-risk-restricted",
  });
  const card = await waitForCard(world(), { id, in: "insider-risk-restricted" });
  await theo.click("Approve", { message: card });
  const said = await theo.waitForMessage("insider-risk-restricted", `${name}: verified`);
  expect(said.threadTs).toBe(card.ts);
});

test("a second approval, after the first approver lost their rights, is announced as well", async () => {
  const { slack } = world();
  const [theo, priya] = [slack.as("theo"), slack.as("priya")];
  const freezer = slack.as("jonas");
  await freezer.command("/incydr freeze", { in: APPROVALS });
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("nadia.petrov")} add Watchlist Manager`,
  });
  await theo.click("Approve", { message: card });
  await waitForCard(world(), { id, shows: "frozen" });
  await untilQuiet(world());
  await slack.admin.removeFromGroup(LEADS, "theo");
  advance(30_001);
  await priya.command("/incydr unfreeze", { in: APPROVALS });
  await waitForCard(world(), { id, shows: "no longer counts" });
  await untilQuiet(world());
  await slack.admin.addToGroup(LEADS, "theo");
  await priya.click("Approve", { message: await waitForCard(world(), { id }) });
  await waitForCard(world(), { id, shows: "Verified." });
  await untilQuiet(world());
  const thread = theo.sees(APPROVALS).filter(({ threadTs }) => threadTs === card.ts).map(({ plain }) => plain);
  console.log(thread);
  expect(thread.filter((line) => line.startsWith(`${name}: approved`))).toHaveLength(2);
}, 30_000);

test("a subject whom Incydr no longer has isn't called an outage, and the request ends", async () => {
  const { slack, incydr } = world();
  const theo = slack.as("theo");
  const { id, card } = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("ann.karlsson")}` });
  const { userId } = incydr.tenant.user(emailOf("ann.karlsson"));
  incydr.control.addFault({ kind: "status", status: 404, on: `GET /v1/users/${userId}` });
  await theo.click("Approve", { message: card });
  await waitForCard(world(), { id, shows: /Waits|Not carried|Stale|Cancelled|Refused/ });
  expect(theo.current(card)?.plain).not.toContain("Incydr doesn't answer");
});

test("an interrupted write that can't be read back ends some day, and is told", async () => {
  const { slack, incydr } = world();
  const theo = slack.as("theo");
  const subject = emailOf("victor.hale+lab");
  const { userId } = incydr.tenant.user(subject);
  const { id, card } = await makeRequest(world(), { command: `/incydr deactivate ${subject}` });
  const held = incydr.control.hold("POST /v1/users/*/deactivate", { when: "after" });
  await theo.click("Approve", { message: card });
  await held.arrived;
  incydr.control.addFault({ kind: "status", status: 404, on: `GET /v1/users/${userId}` });
  held.release();
  await waitForCard(world(), { id, shows: /Unknown|Verified/, timeoutMs: 15_000 });
  const runs = () => world().db.query<{ n: number }>("select count(*)::int as n from pgboss.job where name = 'settle'").then(({ rows }) => rows[0]?.n ?? 0);
  const before = await runs();
  // Thirty days on, it is still read every five seconds.
  for (let round = 0; round < 4; round++) {
    advance(8 * 24 * 3_600_000);
    await runPutOff(world());
    await untilQuiet(world());
  }
  const { rows } = await world().db.query("select state from targets where request_id = $1", [id]);
  console.log("settle jobs", before, await runs(), rows);
  const { rows: next } = await world().db.query("select extract(epoch from start_after - created_on)::float as s from pgboss.job where name = 'settle' and state = 'created'");
  console.log(next);
  expect(next.every(({ s }) => s > 5.5)).toBe(true);
}, 60_000);
