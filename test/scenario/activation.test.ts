import { expect, test } from "vitest";
import { auditEntries } from "../support/scenario-audit.ts";
import { answerToCommand, expectNoEffect } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  makeRequest,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const IVY = emailOf("ivy.morton");
const world = useWorld();

test("an approved request from the look-up card activates a deactivated user, who is read back", async () => {
  const { slack, incydr } = world();
  const maya = slack.as("maya");
  const found = await answerToCommand(maya, `/incydr user ${IVY}`);
  expect(found.buttons).toContain("Activate…");
  expect(found.buttons).not.toContain("Deactivate…");
  await maya.click("Activate…", { message: found });
  const form = await untilForm(maya);
  expect(form.plain).toContain(
    "Agents, devices and backup archives may not come back: Incydr doesn't say whether they do.",
  );
  expect(form.plain).not.toContain("The account is inactive.");
  await maya.fill({ Reason: "Came back from leave" });
  await maya.submit();
  const card = await waitForCard(world(), { id: 1 });
  expect(card.plain).toContain(`CR-1 · Activate · ${IVY}`);
  expect(incydr.writeLog()).toEqual([]);
  const done = await approveAndWait(world(), { id: 1, card });
  expect(done.plain).toContain(`Done and verified. ${IVY} is now active.`);
  expect(incydr.tenant.user(IVY).active).toBe(true);
  expect(incydr.writeLog()).toMatchObject([{ kind: "activate", applied: true }]);
  expect((await auditEntries(world())).find(({ kind }) => kind === "request.created")).toMatchObject({
    subject: IVY,
    details: { change: "activate", roles: [] },
  });
});

test("an active user can't be activated", async () => {
  const maya = world().slack.as("maya");
  await expectNoEffect(
    world(),
    { by: "maya", rejected: { change: "activate", fault: "nothing_to_do" } },
    async () => {
      await maya.command(`/incydr activate ${emailOf("ann.karlsson")}`, { in: APPROVALS });
      await maya.waitForModal(/is already active\. Nothing was requested\./);
    },
  );
});

test("an activation becomes stale if its user came under legal hold since the request", async () => {
  const { incydr } = world();
  incydr.control.edit.setActive(IVY, false);
  const { id, card } = await makeRequest(world(), { command: `/incydr activate ${IVY}` });
  incydr.control.edit.addLegalHold(IVY);
  const stale = await approveAndWait(world(), { id, card }, { shows: "Out of date." });
  expect(stale.plain).toContain("Legal hold: no before, yes now.");
  expect(incydr.tenant.user(IVY).active).toBe(false);
});
