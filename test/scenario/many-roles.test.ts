import { expect, test } from "vitest";
import { answerToCommand } from "../support/scenario-effects.ts";
import { carryOut, emailOf, openForm } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const world = useWorld();

test("a role typed by name can be asked for in a tenant with more than 100 assignable roles", async () => {
  const { slack, incydr } = world();
  for (let index = 0; index < 110; index += 1) incydr.control.edit.addRole(`Custom Role ${1000 + index}`);
  incydr.control.edit.addRole("Zulu Reviewer");
  const maya = slack.as("maya");
  const form = await openForm(maya, `/incydr roles ${emailOf("nadia.petrov")} add Zulu Reviewer`);
  expect(form.plain).toContain("Zulu Reviewer");
});

test("each role of a tenant with more than 100 roles can be found by a part of its name, and requested", async () => {
  const fields = { "Roles to add": ["Zulu Reviewer", "Custom Role 1109"] };
  const command = `/incydr add-role ${emailOf("nadia.petrov")}`;
  const { card } = await carryOut(world(), { command, fields });
  expect(card.plain).toMatch(/Zulu Reviewer/);
  expect(card.plain).toMatch(/Custom Role 1109/);
});

test("/incydr roles lists more than 100 roles within Slack's limit for blocks", async () => {
  const maya = world().slack.as("maya");
  const { blocks } = await answerToCommand(maya, "/incydr roles");
  expect(JSON.stringify(blocks).length).toBeLessThan(13_200);
});

test("the card of a request about 60 held roles shows its outcome", async () => {
  const { incydr } = world();
  const names = Array.from(
    { length: 60 },
    (_, index) => `Regional Insider Risk Reviewer for Research and Development, Team ${index}`,
  );
  for (const name of names) incydr.control.edit.addRole(name);
  const who = emailOf("ann.karlsson");
  incydr.control.edit.setRoles(who, names);
  await carryOut(world(), { command: `/incydr roles ${who} remove`, fields: { "Roles to remove": names } });
});
