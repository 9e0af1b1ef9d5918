import { expect, test } from "vitest";
import { emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const REQUESTS = 12;
const world = useWorld();

test("twelve approvals within a minute are twelve decisions, within Slack's own limits", async () => {
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
