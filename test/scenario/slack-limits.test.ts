import { describe, expect, test } from "vitest";
import { emailOf, makeRequest, untilForm } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const REQUESTS = 12;
const world = useWorld();

test("twelve approvals within a minute are decided within Slack's rate limits", async () => {
  const { slack, incydr } = world();
  const theo = slack.as("theo");
  slack.limits.enabled = true;
  const requests = [];
  for (let index = 0; index < REQUESTS; index += 1) {
    const [firstName, lastName] = ["Busy", `Person ${index}`];
    incydr.control.edit.addUser({
      username: emailOf(`busy${index}`),
      firstName,
      lastName,
      orgName: "Research",
    });
    const command = `/incydr roles ${emailOf(`busy${index}`)} add Alert Emails`;
    requests.push(await makeRequest(world(), { command }));
  }
  for (const { card } of requests) await theo.click("Approve", { message: card });
  const decided = async () => (await world().db.query("select 1 from decisions")).rowCount;
  await expect
    .poll(decided)
    .toBe(REQUESTS)
    .catch(() => {});
  const told = theo.sees("insider-risk-approvals").filter(({ ephemeral }) => ephemeral);
  const refused = slack.limits.refused.get("users.lookupByEmail") ?? 0;
  slack.limits.enabled = false;
  await untilQuiet(world());
  expect({ told: told.map(({ plain }) => plain), refused, decided: await decided() }).toEqual({
    told: [],
    refused: 0,
    decided: REQUESTS,
  });
});

describe("an incident channel of 150 people", () => {
  const world = useWorld();

  test("a form opens in an incident channel of 150 people within Slack's rate limits", async () => {
    const { slack } = world();
    const maya = slack.as("maya");
    const like = slack.workspace.person("sam");
    // The test changes the state directly, because the administrator's functions would send events to the bot.
    const people = slack.workspace.people as Map<string, typeof like>;
    for (let index = 0; index < 150; index += 1) {
      const id = `U0EXTRA${index}`;
      people.set(id, {
        ...like,
        id,
        key: `extra${index}`,
        email: `extra${index}@harborlight.example`,
      });
      slack.workspace.channel("inc-4711").memberIds.add(id);
    }
    slack.limits.enabled = true;
    const told = maya.sees("inc-4711").length;
    await maya.command(`/incydr deactivate ${emailOf("nadia.petrov")}`, { in: "inc-4711" });
    await expect.poll(() => maya.modal() ?? maya.sees("inc-4711")[told]).toBeDefined();
    expect(maya.sees("inc-4711")[told]?.plain).toBeUndefined();
    await untilForm(maya);
    slack.limits.enabled = false;
  });
});
