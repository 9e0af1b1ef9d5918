import { expect, test } from "vitest";
import { answerTo, answerToCommand } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();

test.for([
  { kind: "http_error", status: 503 },
  { kind: "rate_limited", retryAfterSeconds: 1 },
] as const)("a form isn't left with “Looking up…” if Slack fails to take it once: %j", async (fault) => {
  const { slack } = world();
  const maya = slack.as("maya");
  const told = maya.sees(APPROVALS).length;
  const failing = slack.faults.add({ method: "views.update", ...fault, times: 1 });
  await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
  await failing.waitForHits(1);
  await expect
    .poll(() => maya.sees(APPROVALS).length > told || maya.modal()?.plain.includes("Looking up") === false)
    .toBe(true);
});

test("a shortcut whose trigger has expired says so", async () => {
  const { slack } = world();
  const jonas = slack.as("jonas");
  const message = slack.as("theo").post("inc-4711", `Exfiltration by ${NADIA}`);
  slack.faults.add({ method: "views.open", kind: "refused", error: "expired_trigger_id", times: 1 });
  const { plain } = await answerTo(jonas, "inc-4711", () => jonas.shortcut("Act on this user", { message }));
  expect(plain).toContain("The form took too long to open.");
});

test.for(["delete Desktop User", "revoke", "removes", "Alert Emails"])(
  "/incydr roles <who> %s opens no form that adds roles",
  async (verb) => {
    const maya = world().slack.as("maya");
    const told = maya.sees(APPROVALS).length;
    await maya.command(`/incydr roles ${NADIA} ${verb}`, { in: APPROVALS });
    await expect.poll(() => maya.modal() ?? maya.sees(APPROVALS)[told]).toBeDefined();
    expect(maya.modal()?.title).not.toBe("Add roles");
  },
);

test("the look-up and the card show null and empty fields of an Incydr user as something", async () => {
  const { slack, incydr } = world();
  const theo = slack.as("theo");
  const user = incydr.control.edit.addUser({
    username: "nameless@harborlight.example",
    firstName: "",
    lastName: null,
    orgName: "Research",
  });
  const stored = incydr.tenant.user(user.userId) as unknown as Record<string, unknown>;
  stored.orgName = "";
  stored.username = null;
  const { plain } = await answerToCommand(theo, `/incydr user ${user.userId}`);
  expect(plain).toContain(user.userId);
  expect(plain).not.toMatch(/^Organization\s*$/m);
  const { card } = await makeRequest(world(), { command: `/incydr deactivate ${user.userId}` });
  expect(card.plain).not.toContain(", ,");
});

test("long names, 50 devices and a reason of 500 emoji fit into each message of a request", async () => {
  const { slack, incydr } = world();
  const maya = slack.as("maya");
  const user = incydr.control.edit.addUser({
    username: `${"x".repeat(180)}@harborlight.example`,
    firstName: "👩‍👩‍👧‍👦".repeat(10),
    lastName: "Ö".repeat(100),
    orgName: "Research",
    deviceCount: 50,
  });
  await answerToCommand(maya, `/incydr user ${user.userId}`);
  const { id, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${user.userId}`,
    fields: { Reason: "🧨".repeat(500), Ticket: "漢".repeat(100) },
  });
  await slack.as("theo").click("Approve", { message: card });
  await untilQuiet(world());
  expect(slack.as("theo").current(card)?.plain).toContain("Done and verified.");
  expect(id).toBeGreaterThan(0);
});
