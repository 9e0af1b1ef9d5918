import { expect, test } from "vitest";
import { deny, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const RESTRICTED = "insider-risk-restricted";
const world = useWorld();

test("a requester who isn't in the restricted channel is told the outcome by direct message, once, and nobody else is", async () => {
  const { slack } = world();
  await slack.admin.addToChannel("inc-4711", "nadia");
  const { name, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("nadia.petrov")}`,
    by: "jonas",
    in: "inc-4711",
    cardIn: RESTRICTED,
  });
  await deny(slack.as("theo"), card, "Not before Legal has answered");
  const told = await slack.as("jonas").waitForMessage("dm", new RegExp(`${name}: denied`));
  expect(told.plain).toContain("Reason: Not before Legal has answered");
  await untilQuiet(world());
  expect(slack.as("jonas").sees("dm")).toHaveLength(1);
  for (const other of ["nadia", "theo", "maya"]) expect(slack.as(other).sees("dm")).toEqual([]);
});

test("a requester who sees the thread gets no direct message", async () => {
  const { slack } = world();
  const { name, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("ann.karlsson")}`,
  });
  await deny(slack.as("theo"), card);
  await slack.as("maya").waitForMessage("insider-risk-approvals", new RegExp(`${name}: denied`));
  await untilQuiet(world());
  expect(slack.as("maya").sees("dm")).toEqual([]);
});

test("a requester who is in no group any more hears by direct message that it changed, and nothing of the subject", async () => {
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
