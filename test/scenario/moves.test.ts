import { beforeAll, describe, expect, test } from "vitest";
import { auditEntries } from "../support/scenario-audit.ts";
import { expectNoEffect, refusedForm } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  makeRequest,
  openForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const ORG = "New organization";
const ANN = emailOf("ann.karlsson");
const world = useWorld();

const formFor = async (command: string) => {
  const maya = world().slack.as("maya");
  return openForm(maya, command);
};

test("an approved request moves a user to an organization that was searched for by name", async () => {
  const { slack, incydr } = world();
  const maya = slack.as("maya");
  const form = await formFor(`/incydr move ${ANN}`);
  expect(form.plain).toContain("Devices may lose backup destinations");
  await maya.fill({ [ORG]: { query: "emea", pick: "Sales EMEA (in Sales)" }, Reason: "Changed teams" });
  await maya.submit();
  const card = await waitForCard(world(), { id: 1 });
  expect(card.plain).toContain(`CR-1 · Move to Sales EMEA · ${ANN}`);
  const done = await approveAndWait(world(), { id: 1, card });
  expect(done.plain).toContain(`${ANN} is now in the organization Sales EMEA.`);
  const { orgName, orgGuid } = incydr.tenant.orgOf(ANN);
  expect(orgName).toBe("Sales EMEA");
  expect(incydr.writeLog()).toMatchObject([{ kind: "move", body: { orgGuid }, applied: true }]);
  expect((await auditEntries(world())).find(({ kind }) => kind === "request.created")?.details).toMatchObject(
    {
      change: "move",
      org: ["Sales EMEA", orgGuid],
    },
  );
});

test("the form offers neither the user's own nor an inactive organization", async () => {
  await formFor(`/incydr move ${ANN}`);
  const maya = world().slack.as("maya");
  for (const [query, pick] of [
    ["Sales EMEA", "Sales EMEA (in Sales)"],
    ["Skerry", "Skerry Works (in Harborlight)"],
  ] as const)
    await expect(maya.fill({ [ORG]: { query, pick } })).rejects.toThrow("offers nothing");
});

test.each([
  ["Skerry Works", "Skerry Works", "The organization “Skerry Works” is inactive.", "org_inactive"],
  ["sales emea", "sales emea", "is already in the organization “Sales EMEA”.", "nothing_to_do"],
  ["Sale", "Sale", "There is no organization “Sale”.", "unknown_org"],
  // The audit log has neither the invisible character nor the quotes.
  ["\u202E“Nowhere”", "Nowhere", "There is no organization “Nowhere”.", "unknown_org"],
])("a command that names the organization %s is refused as %s: %s", async (typed, org, words, fault) => {
  const { plain } = await refusedForm(world(), `/incydr move ${ANN} ${typed}`, {
    by: "maya",
    rejected: { change: "move", org, fault },
  });
  expect(plain).toContain(words);
});

test("the form has the organization of the command chosen, and is refused without one", async () => {
  const maya = world().slack.as("maya");
  const form = await formFor(`/incydr move ${ANN} People`);
  expect(form.fields.find(({ label }) => label === ORG)?.shown).toBe("People (in Harborlight)");
  await maya.fill({ [ORG]: null, Reason: "Changed teams" });
  await expectNoEffect(
    world(),
    { by: "maya", rejected: { fault: "invalid_form", fields: ["org"] } },
    async () => {
      const { errors } = await maya.submit({ skipClientChecks: true });
      expect(errors).toEqual({ [ORG]: "Choose an organization from the list." });
    },
  );
});

describe("an organization named in the command", () => {
  const NAMES = [".NET Team", "NET Team", "People's Team", "می\u200Cخواهم", "Ops", "OPS"];
  const GUID = (name: string) => `org-typed-${NAMES.indexOf(name)}`;

  beforeAll(() => {
    // The data of the simulator. A tenant with other options has other data.
    const { data } = world().incydr.tenant as unknown as { data: { orgs: { orgGuid: string }[] } };
    const [first] = data.orgs;
    data.orgs.push(...NAMES.map((orgName) => ({ ...first, orgGuid: GUID(orgName), orgName, active: true })));
  });

  test.for([
    [".NET Team", ".NET Team"],
    ["“.NET Team”", ".NET Team"],
    ["net team", "NET Team"],
    ["People’s Team", "People's Team"],
    ["می\u200Cخواهم", "می\u200Cخواهم"],
    ["OPS", "OPS"],
  ])("the form chooses the organization that the command names: %s", async ([typed, name]) => {
    const maya = world().slack.as("maya");
    await formFor(`/incydr move <mailto:${ANN}|${ANN}>, ${typed}`);
    await maya.fill({ Reason: "Changed teams" });
    await maya.submit();
    await untilQuiet(world());
    const created = (await auditEntries(world())).findLast(({ kind }) => kind === "request.created");
    expect(created?.details).toMatchObject({ org: [name, GUID(name ?? "")] });
  });

  test("the command is refused if two organizations have the typed name", async () => {
    const maya = world().slack.as("maya");
    await maya.command(`/incydr move ${ANN} ops`, { in: APPROVALS });
    const { plain } = await maya.waitForModal("Several organizations are called “ops”.");
    expect(plain).toContain(`Write one of these ids: ${GUID("Ops")} (Ops), ${GUID("OPS")} (OPS).`);
  });
});

test("a move to an organization that Incydr no longer has is refused", async () => {
  const { incydr } = world();
  const { id, card } = await makeRequest(world(), {
    command: `/incydr move ${emailOf("annette.karlsson")} Optics`,
  });
  const { data } = incydr.tenant as unknown as { data: { orgs: { orgName: string }[] } };
  data.orgs.splice(
    data.orgs.findIndex(({ orgName }) => orgName === "Optics"),
    1,
  );
  const refused = await approveAndWait(world(), { id, card }, { shows: "Refused by Incydr." });
  expect(refused.plain).toContain("Nothing was changed. Incydr no longer has the organization “Optics”.");
});

test("a move becomes stale if the user was moved elsewhere since the request", async () => {
  const { incydr } = world();
  const who = "victor.hale+lab@harborlight.example";
  const { id, card } = await makeRequest(world(), { command: `/incydr move ${who} Finance` });
  incydr.control.edit.move(who, "Legal");
  const stale = await approveAndWait(world(), { id, card }, { shows: "Out of date." });
  expect(stale.plain).toContain("Organization: Materials before, Legal now.");
});
