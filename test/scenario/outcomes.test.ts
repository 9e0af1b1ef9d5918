import { expect, test } from "vitest";
import { approveAndWait, deny, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const RESTRICTED = "insider-risk-restricted";
const world = useWorld();

test("a requester who isn't in the restricted channel is told the outcome once by direct message", async () => {
  const { slack } = world();
  await slack.admin.addToChannel("inc-4711", "nadia");
  const { name, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("nadia.petrov")}`,
    by: "jonas",
    in: "inc-4711",
    cardIn: RESTRICTED,
    fields: { "Notify approvers": ["theo", "lena"] },
  });
  // Lena may approve the request, so the bot may tell her the subject. She is not in the restricted channel, so she
  // gets a direct message.
  await slack.as("lena").waitForMessage("dm", `${name} needs your approval: `);
  await deny(slack.as("theo"), card, "Not before Legal has answered");
  const told = await slack.as("jonas").waitForMessage("dm", new RegExp(`${name} denied`));
  expect(told.plain).toMatch(/Reason\W+Not before Legal has answered/);
  await untilQuiet(world());
  const [why, ...outcomes] = slack.as("jonas").sees("dm");
  expect(why?.plain).toBe(
    `${name} is in a restricted channel, because the user is in the channel where you made the request.`,
  );
  expect(outcomes).toHaveLength(1);
  for (const other of ["nadia", "theo", "maya"]) expect(slack.as(other).sees("dm")).toEqual([]);
});

test("an invited approver who isn't in the card's channel is told by direct message, once each time that it waits", async () => {
  const { slack, incydr, db } = world();
  const [jonas, theo, priya] = [slack.as("jonas"), slack.as("theo"), slack.as("priya")];
  const subject = emailOf("dario.conti");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${subject} add Alert Emails`,
    by: "jonas",
    in: "inc-4711",
    fields: { Reason: "For this channel's eyes", "Notify approvers": ["theo", "priya"] },
  });
  const toldPriya = await priya.waitForMessage("dm", `${name} needs your approval: `);
  expect(toldPriya.plain).toContain(`add Alert Emails to ${subject}. Requested by @Jonas Weber.`);
  expect(toldPriya.plain).toContain("The card is in a private channel.");
  expect(toldPriya.plain).not.toContain("eyes");
  expect(slack.pings).toContainEqual(expect.objectContaining({ target: "U0THEO", ts: card.ts }));
  await db.query(
    "insert into pgboss.job (name, data) select name, data from pgboss.job where name = 'ask' and data->>'requestId' = $1",
    [String(id)],
  );
  await untilQuiet(world());
  expect(priya.sees("dm")).toHaveLength(1);

  const roles = incydr.tenant.rolesOf(subject);
  incydr.control.edit.setRoles(subject, [...roles, "watchlist-manager"]);
  const stale = await approveAndWait(world(), { id, card }, { in: "inc-4711", shows: "Out of date." });
  await jonas.click("Renew", { message: stale });
  const renewed = await theo.waitForMessage("inc-4711", new RegExp(`${name} renewed by`));
  expect(renewed.plain).toContain("Invited to approve: @Theo Okafor, @Priya Raman.");
  await untilQuiet(world());
  expect(priya.sees("dm")).toHaveLength(2);
  expect(theo.sees("dm")).toEqual([]);
  expect(slack.as("dario").sees("dm")).toEqual([]);
});

test("a requester who sees the thread gets no direct message", async () => {
  const { slack } = world();
  const { name, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("ann.karlsson")}`,
  });
  await deny(slack.as("theo"), card);
  await slack.as("maya").waitForMessage("insider-risk-approvals", new RegExp(`${name} denied`));
  await untilQuiet(world());
  expect(slack.as("maya").sees("dm")).toEqual([]);
});

test("a requester who is in no group any more is told that the request changed, and nothing of its subject", async () => {
  const { slack } = world();
  await slack.admin.addToChannel("inc-4712", "sam");
  const { name, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("sam.ortega")}`,
    by: "jonas",
    in: "inc-4712",
    cardIn: RESTRICTED,
  });
  await slack.admin.removeFromGroup("incident-responders", "jonas");
  await deny(slack.as("theo"), card, "Jonas has moved to another team");
  const told = await slack.as("jonas").waitForMessage("dm", new RegExp(`${name} has changed`), {
    timeoutMs: 40_000,
  });
  expect(told.plain).not.toMatch(/ortega|denied|another team/i);
});
