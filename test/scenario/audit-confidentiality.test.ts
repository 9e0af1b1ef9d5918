import { expect, test } from "vitest";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const PRIYA = emailOf("priya.raman");
const NADIA = emailOf("nadia.petrov");
const world = useWorld();
/** What Priya reads in the audit channel of what `act` leads to, and of nothing before it. */
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

test("a request about a member of the audit channel that is rejected isn't told to them there", async () => {
  const maya = world().slack.as("maya");
  const told = await toldToPriya(async () => {
    await maya.command(`/incydr roles ${PRIYA} remove`, { in: APPROVALS });
    await maya.waitForModal(/This user is in every channel where the request could be shown\./);
    await maya.close();
  });
  expect(told).not.toContain(PRIYA);
});

test("a look-up of a member of the audit channel that nobody may make isn't told to them there", async () => {
  const sam = world().slack.as("sam");
  const told = await toldToPriya(() =>
    answerTo(sam, "general", () => sam.command(`/incydr user ${PRIYA}`, { in: "general" })),
  );
  expect(told).not.toContain(PRIYA);
});

test("a look-up of a member of the audit channel that fails isn't told to them there", async () => {
  const maya = world().slack.as("maya");
  world().incydr.control.addFault({ kind: "status", status: 500 });
  const told = await toldToPriya(() =>
    answerTo(maya, APPROVALS, () => maya.command(`/incydr user ${PRIYA}`, { in: APPROVALS })),
  );
  expect(told).not.toContain(PRIYA);
});

test("reading a subject by opening a form and backing out is audited, as a look-up is", async () => {
  const maya = world().slack.as("maya");
  const before = await auditLength(world());
  await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
  const form = await maya.waitForModal(({ submit }) => submit === "Request approval");
  expect(form.plain).toContain("Nadia Petrov");
  await maya.close();
  await untilQuiet(world());
  expect(await auditEntries(world(), { after: before })).toMatchObject([{ by: "U0MAYA", subject: NADIA }]);
});

test("a listing of roles that fails is audited, as a look-up that fails is", async () => {
  const maya = world().slack.as("maya");
  const before = await auditLength(world());
  world().incydr.control.addFault({ kind: "status", status: 500 });
  await answerTo(maya, APPROVALS, () => maya.command("/incydr roles", { in: APPROVALS }));
  await untilQuiet(world());
  expect(await auditEntries(world(), { after: before })).toMatchObject([{ by: "U0MAYA" }]);
});
