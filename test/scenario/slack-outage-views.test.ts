import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import { emailOf, makeRequest } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const TEMPORARY = "The bot couldn't check for temporary roles.";
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
  const shown = async (command: string) =>
    (await answerToCommand(lena, `/incydr ${command} ${emailOf("lena.fischer")}`)).plain;
  const hidden = await read(id);
  expect(hidden).toContain("There is no CR-n that you can see.");
  expect(await read(id + 1)).toBe(hidden);
  // The bot learns of an account by its address and by the list of all people too.
  const faults = ["users.info", "users.lookupByEmail", "users.list"].map((method) =>
    slack.faults.add({ method, kind: "refused", error: "internal_error" }),
  );
  await advance(30_001);
  const inOutage = await read(id);
  expect(inOutage).toContain("Slack isn't available");
  expect(await read(id + 1)).toBe(inOutage);
  for (const command of ["user", "roles"]) {
    const without = await shown(command);
    expect(without).toContain(TEMPORARY);
    await db.query(
      `insert into grants (request_id, user_id, role_id, role_name, state, granted_at, ends_at)
       select $1, user_id, 'r', 'Alert Emails', 'active', now(), now() + interval '1 day' from targets where request_id = $1`,
      [id],
    );
    expect(await shown(command)).toBe(without);
    await db.query("delete from grants where request_id = $1", [id]);
  }
  for (const fault of faults) fault.release();
  expect((await answerToCommand(maya, `/incydr request CR-${id}`)).plain).toContain("Alert Emails");
});
