import { expect, test } from "vitest";
import { emailOf, untilForm } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const world = useWorld();

test("a form can be opened in an incident channel of 150 people, within Slack's own limits", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  const like = slack.workspace.person("sam");
  // Seeding goes around the administrator, whose events the bot has no part in.
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
});
