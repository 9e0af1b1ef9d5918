import { expect, test } from "vitest";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, openForm } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const PRIYA = emailOf("priya.raman");
const NADIA = emailOf("nadia.petrov");
const world = useWorld();
/** The new messages that Priya reads in the audit channel after `act`. */
async function toldToPriya(act: () => Promise<unknown>): Promise<string> {
  const sees = () => world().slack.as("priya").sees("insider-risk-audit");
  await untilQuiet(world());
  const earlier = new Set(sees().map(({ ts }) => ts));
  await act();
  await untilQuiet(world());
  const told = sees().filter(({ ts }) => !earlier.has(ts));
  expect(told).not.toEqual([]);
  return told.map(({ plain }) => plain).join("\n");
}

test.for<[string, () => Promise<unknown>]>([
  [
    "a request that is rejected",
    async () => {
      const maya = world().slack.as("maya");
      await maya.command(`/incydr roles ${PRIYA} remove`, { in: APPROVALS });
      await maya.waitForModal(/This user is in every channel where the request could be shown\./);
      await maya.close();
    },
  ],
  [
    "a look-up that nobody may make",
    () => answerToCommand(world().slack.as("sam"), `/incydr user ${PRIYA}`, "general"),
  ],
  [
    "a look-up that fails",
    () => {
      world().incydr.control.addFault({ kind: "status", status: 500 });
      return answerToCommand(world().slack.as("maya"), `/incydr user ${PRIYA}`);
    },
  ],
])("%s isn't told in the audit channel if its subject is a member there", async ([, act]) => {
  expect(await toldToPriya(act)).not.toContain(PRIYA);
});

test("a form that is opened and closed again is audited as a look-up of its user", async () => {
  const maya = world().slack.as("maya");
  const before = await auditLength(world());
  const form = await openForm(maya, `/incydr deactivate ${NADIA}`);
  expect(form.plain).toContain("Nadia Petrov");
  await maya.close();
  await untilQuiet(world());
  expect(await auditEntries(world(), { after: before })).toMatchObject([{ by: "U0MAYA", subject: NADIA }]);
});

test("a listing of roles that fails is audited", async () => {
  const maya = world().slack.as("maya");
  const before = await auditLength(world());
  world().incydr.control.addFault({ kind: "status", status: 500 });
  await answerToCommand(maya, "/incydr roles");
  await untilQuiet(world());
  expect(await auditEntries(world(), { after: before })).toMatchObject([{ by: "U0MAYA" }]);
});
