import { describe, expect, test } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { auditEntries, auditLength, untilNoticed } from "../support/scenario-audit.ts";
import {
  answerToClick,
  answerToCommand,
  expectNoEffect,
  refusedCommand,
  turnedPage,
} from "../support/scenario-effects.ts";
import { emailOf } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const FLEET = "fleet@harborlight.example";

describe.for(["http", "socket"] as const)("lists of devices, agents and permissions, over %s", (delivery) => {
  const world = useWorld({ delivery });
  const ask = async (line: string) =>
    (await answerToCommand(world().slack.as("maya"), `/incydr ${line}`)).plain;

  test("/incydr devices lists the devices of a user, filtered and sorted by Incydr", async () => {
    const all = await ask(`devices ${NADIA}`);
    expect(all).toMatch(/^\d+ devices? of nadia\.petrov@harborlight\.example\nSorted by name, A to Z\.\n/);
    expect(all).toContain("Name | Host | Status | OS | Version | Last connected | Alert\n");
    expect(all).toMatch(
      /\n\S+ \| \S+\.harborlight\.example \| active \| \S+ [\d.]+ \| 11\.4\.0 \| .+ \| .+$/,
    );
    const sorted = await ask(`devices ${NADIA} --active --sort last-connected --desc`);
    expect(sorted).toContain("with these filters");
    expect(sorted).toContain("Sorted by last connection, newest first.");
    const sent = world()
      .incydr.requestLog()
      .findLast(({ path }) => path.endsWith("/devices"));
    expect(JSON.stringify(sent)).toMatch(/lastConnected/);
    expect(await ask(`devices ${NADIA} --blocked`)).toBe(
      `Incydr lists no devices of ${NADIA} with these filters.`,
    );
  });

  test("/incydr agents lists the agents of a user, and /incydr role one role with its permissions", async () => {
    expect(await ask(`agents ${NADIA}`)).toMatch(/agents? of nadia\.petrov@harborlight\.example/);
    const role = await ask("role alert emails");
    expect(role).toContain("Alert Emails");
    expect(role).toContain("The bot can add this role to users.");
    expect(await ask("role")).toContain("Name the role, such as /incydr role Alert Emails.");
    expect(await ask("role Alert")).toContain("Alert Emails");
  });

  test.for([
    [`devices ${NADIA} --active --inactive`, "--inactive"],
    [`devices ${NADIA} --sort size`, "use one of: name, os, host, last-connected."],
    ["devices nobody@harborlight.example", "nobody@harborlight.example"],
    ["agents", "Name the user"],
  ])("/incydr %s is answered with what to do", async ([line = "", why = ""]) => {
    expect(await ask(line)).toContain(why);
  });

  test.for([403, 500])("a list that Incydr answers with %i is not shown as empty", async (status) => {
    const fault = world().incydr.control.addFault({ kind: "status", on: "GET /v1/users/*/devices", status });
    try {
      const told = await ask(`devices ${NADIA}`);
      expect(told).not.toContain("lists no devices");
      expect(told).toMatch(/Incydr|went wrong/);
    } finally {
      fault.remove();
    }
  });

  /** The names in the table of an answer. */
  function namesIn({ blocks }: Message): string[] {
    return blocks.flatMap((block) =>
      block.type === "table"
        ? block.rows.slice(1).map(([cell]) => (cell && "text" in cell ? cell.text : ""))
        : [],
    );
  }

  const list = (line: string) => answerToCommand(world().slack.as("maya"), `/incydr ${line}`);

  /** The pages of a list from the first on, by clicks on Next. */
  async function pagesOf(line: string): Promise<Message[]> {
    const maya = world().slack.as("maya");
    const pages = [await list(line)];
    for (let page = pages[0]; page?.buttons.includes("Next"); page = pages.at(-1))
      pages.push(await turnedPage(maya, "Next", page));
    return pages;
  }

  /** A user with 42 devices and agents, one of three of which is inactive. */
  function addFleet(): void {
    const { control, tenant } = world().incydr;
    const { orgName } = tenant.user(NADIA);
    const person = { orgName: orgName ?? "", username: FLEET, firstName: "Fleet", lastName: "Owner" };
    control.edit.addUser({ ...person, deviceCount: 42 });
    for (const items of [tenant.devicesOf(FLEET), tenant.agentsOf(FLEET)])
      for (const [index, item] of items.entries()) Object.assign(item, { active: index % 3 > 0 });
  }

  test("the buttons turn the pages of 42 devices and agents, each listed once, in Incydr's order", async () => {
    addFleet();
    const { tenant } = world().incydr;
    for (const [command, all] of [
      ["devices", tenant.devicesOf(FLEET)],
      ["agents", tenant.agentsOf(FLEET)],
    ] as const) {
      const names = all.map(({ name }) => name ?? "").sort();
      const after = await auditLength(world());
      const pages = await pagesOf(`${command} ${FLEET}`);
      expect(pages.flatMap(namesIn)).toEqual(names);
      for (const [index, shown] of ["1–15", "16–30", "31–42"].entries())
        expect(pages[index]?.plain).toContain(`42 ${command} of ${FLEET}, ${shown} shown`);
      expect(pages.map(({ buttons }) => buttons)).toEqual([["Next"], ["Previous", "Next"], ["Previous"]]);
      const audited = {
        kind: "subject.looked_up",
        by: "U0MAYA",
        subject: FLEET,
        details: { listed: command },
      };
      expect(await auditEntries(world(), { after })).toMatchObject([audited, audited, audited]);
      const back = await turnedPage(world().slack.as("maya"), "Previous", pages[2] as Message);
      expect(namesIn(back)).toEqual(names.slice(15, 30));
    }
  });

  test("a filter and an order hold on each page, and each page is read from Incydr again", async () => {
    const { tenant, control } = world().incydr;
    const active = tenant.devicesOf(FLEET).filter((device) => device.active);
    const [first, second, ...more] = await pagesOf(`devices ${FLEET} --active --sort name --desc`);
    expect(more).toEqual([]);
    const names = active.map(({ name }) => name ?? "").sort();
    expect([first, second].flatMap((page) => (page ? namesIn(page) : []))).toEqual(names.reverse());
    expect(second?.plain).toContain(
      "28 devices of fleet@harborlight.example with these filters, 16–28 shown",
    );
    const shown = await list(`devices ${FLEET} --active --sort name --desc`);
    control.edit.setActive(FLEET, false);
    const now = await turnedPage(world().slack.as("maya"), "Next", shown);
    expect(now.plain).toBe(`Incydr lists no devices of ${FLEET} with these filters.`);
    const beyond = await ask(`devices ${FLEET} --inactive --page 99`);
    expect(beyond).toContain("42 devices of fleet@harborlight.example with these filters, 31–42 shown");
  });

  test("each page of a list in which Incydr repeats a device in place of another says that there may be more", async () => {
    const [device, other] = world().incydr.tenant.devicesOf(FLEET);
    const deviceId = device?.deviceId;
    Object.assign(device ?? {}, { deviceId: other?.deviceId });
    try {
      const pages = await pagesOf(`devices ${FLEET}`);
      expect(pages).toHaveLength(3);
      expect(pages.flatMap(namesIn)).toHaveLength(41);
      for (const { plain } of pages) {
        expect(plain).toContain(`At least 41 devices of ${FLEET}`);
        expect(plain).toContain("Incydr's list may be incomplete. There may be more devices.");
      }
    } finally {
      Object.assign(device ?? {}, { deviceId });
    }
  });

  test("a click on another page asks the policies again", async () => {
    const first = await list(`devices ${FLEET}`);
    const { admin } = world().slack;
    await untilNoticed(world(), () => admin.removeFromGroup("insider-risk-analysts", "maya"));
    const attempt = { by: "maya", audited: [{ kind: "attempt.forbidden", by: "U0MAYA" }] };
    const told = await expectNoEffect(world(), attempt, () =>
      answerToClick(world().slack.as("maya"), "Next", first),
    );
    expect(told.plain).toContain("You don't have permission");
    await untilNoticed(world(), () => admin.addToGroup("insider-risk-analysts", "maya"));
  });

  test("lists say that changes are frozen, and still turn their pages", async () => {
    await answerToCommand(world().slack.as("theo"), "/incydr freeze Drill");
    const pages = await pagesOf(`agents ${FLEET}`);
    expect(pages).toHaveLength(3);
    for (const { plain } of pages) expect(plain).toContain("Look-ups still work.");
    await answerToCommand(world().slack.as("theo"), "/incydr unfreeze");
    expect(await ask(`agents ${FLEET}`)).not.toContain("Look-ups still work.");
  });

  test("a page of a user whom Incydr no longer has says that there is none, and lists nothing", async () => {
    const first = await list(`devices ${FLEET}`);
    world().incydr.control.edit.removeUser(FLEET);
    const told = await answerToClick(world().slack.as("maya"), "Next", first);
    expect(told.plain).toMatch(/Incydr has no user/);
  });

  test("people who may not look up users get no devices and no role", async () => {
    for (const line of [`devices ${NADIA}`, `agents ${NADIA}`, "role Alert Emails"]) {
      const audited = [{ kind: "attempt.forbidden", by: "U0SAM" }];
      const answer = await refusedCommand(world(), `/incydr ${line}`, { by: "sam", in: "general", audited });
      expect(answer.plain).toContain("You don't have permission");
    }
  });
});
