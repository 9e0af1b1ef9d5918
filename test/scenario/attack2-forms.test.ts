import { afterEach, expect, test } from "vitest";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, newestRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();

afterEach(async () => {
  await untilQuiet(world());
  const maya = world().slack.as("maya");
  if (maya.modal()) await maya.close({ all: true });
});

test("a form that Slack fails to take at first doesn't leave its requester with “Looking up…” for ever", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  slack.faults.add({ method: "views.update", kind: "http_error", status: 503, times: 1 });
  const before = maya.sees(APPROVALS).length;
  await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
  await expect
    .poll(() => maya.sees(APPROVALS).length > before || !maya.modal()?.plain.includes("Looking up"), {
      timeout: 5_000,
    })
    .toBe(true);
});

test("a shortcut that took too long says so, as the command does", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  const message = maya.post("inc-4711", `Exfiltration by ${NADIA}`);
  slack.faults.add({ method: "views.open", kind: "refused", error: "expired_trigger_id", times: 1 });
  const { plain } = await answerTo(maya, "inc-4711", () => maya.shortcut("Act on this user", { message }));
  expect(plain).toContain("It took too long to open the form.");
});

test.for(["delete", "revoke", "removes", "Alert Emails"])(
  "/incydr roles <who> %s, which is no verb, does not open the form that adds roles",
  async (verb) => {
    const maya = world().slack.as("maya");
    await maya.command(`/incydr roles ${NADIA} ${verb} Desktop User`, { in: APPROVALS });
    await untilQuiet(world());
    const modal = maya.modal();
    expect(modal?.title).not.toBe("Add roles");
  },
);

test("a submission whose commit may have happened doesn't say that nothing was done", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  const form = await (async () => {
    await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
    return maya.waitForModal(({ submit }) => submit === "Ask for approval");
  })();
  expect(form.title).toBe("Deactivate");
  await maya.fill({ Reason: "A long text that somebody wrote with care" });
  // Memberships read for the form are five minutes old at most; here Slack can't be asked.
  slack.faults.add({ method: "users.info", kind: "http_error", status: 503 });
  await maya.submit();
  expect(await newestRequest(world())).toBeGreaterThanOrEqual(0);
});

test("null and empty fields of an Incydr user are shown as something, from the look-up to the card", async () => {
  const { slack, incydr } = world();
  const maya = slack.as("maya");
  const user = incydr.control.edit.addUser({
    username: "nameless@harborlight.example",
    firstName: "",
    lastName: null,
    orgName: "Research",
  });
  const stored = incydr.tenant.user(user.userId) as unknown as Record<string, unknown>;
  stored.orgName = "";
  stored.username = null;
  const { plain } = await answerTo(maya, APPROVALS, () =>
    maya.command(`/incydr user ${user.userId}`, { in: APPROVALS }),
  );
  expect(plain).toContain(user.userId);
  console.log(plain);
  const { card } = await makeRequest(world(), { command: `/incydr deactivate ${user.userId}` }).catch((e) => {
    console.log(world().log.filter((line) => line.includes("failed")).join("\n"));
    throw e;
  });
  console.log(card.plain);
});

test("names of 200 characters, 60 roles, 50 devices and a reason of 1000 wide glyphs fit everywhere", async () => {
  const { slack, incydr } = world();
  const maya = slack.as("maya");
  const user = incydr.control.edit.addUser({
    username: `${"x".repeat(180)}@harborlight.example`,
    firstName: "👩‍👩‍👧‍👦".repeat(10),
    lastName: "Ö".repeat(100),
    orgName: "Research",
    deviceCount: 50,
  });
  await answerTo(maya, APPROVALS, () => maya.command(`/incydr user ${user.userId}`, { in: APPROVALS }));
  const { id, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${user.userId}`,
    fields: { Reason: "🧨".repeat(500), Ticket: "漢".repeat(100) },
  });
  await slack.as("theo").click("Approve", { message: card });
  await untilQuiet(world());
  expect(slack.as("theo").current(card)?.plain).toContain("Verified.");
  expect(id).toBeGreaterThan(0);
});
