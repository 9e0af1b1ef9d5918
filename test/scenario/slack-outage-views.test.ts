import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import { emailOf, makeRequest } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

test("while Slack does not say who a subject is, the subject can't tell that there is a request", async () => {
  const { slack, db } = world();
  const maya = slack.as("maya");
  const lena = slack.as("lena");
  const { id } = await makeRequest(world(), {
    command: `/incydr add-role ${emailOf("lena.fischer")} Alert Emails`,
    ...{ cardIn: "insider-risk-restricted", seenBy: "theo" },
  });
  await db.query("update change_requests set state = 'denied' where id = $1", [id]);
  const read = async (number: number) =>
    (await answerToCommand(lena, `/incydr request CR-${number}`)).plain.replaceAll(`CR-${number}`, "CR-n");
  const hidden = await read(id);
  expect(hidden).toContain("There is no CR-n that you can see.");
  expect(await read(id + 1)).toBe(hidden);
  const fault = slack.faults.add({ method: "users.info", kind: "refused", error: "internal_error" });
  await advance(30_001);
  const inOutage = await read(id);
  expect(inOutage).toContain("Slack isn't available");
  expect(await read(id + 1)).toBe(inOutage);
  fault.release();
  expect((await answerToCommand(maya, `/incydr request CR-${id}`)).plain).toContain("Alert Emails");
});
