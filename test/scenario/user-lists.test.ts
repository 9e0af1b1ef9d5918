import { describe, expect, test } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { auditEntries, auditLength, untilNoticed } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import {
  answerToClick,
  answerToCommand,
  expectNoEffect,
  refusedCommand,
  turnedPage,
} from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";
import { withAction } from "../support/tampers.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const RESTRICTED = "insider-risk-restricted";
const NADIA = emailOf("nadia.petrov");

/** The users of a list, each by the text of its section. */
function listed({ blocks }: Message): string[] {
  return blocks.flatMap((block) => (block.type === "section" ? [block.text?.text ?? ""] : []));
}

function blockIds({ blocks }: Message): string[] {
  return blocks.flatMap((block) => (block.type === "section" ? [block.block_id ?? ""] : []));
}

function list(world: World, filter = "", by = "maya"): Promise<Message> {
  return answerToCommand(world.slack.as(by), `/incydr users ${filter}`.trim(), APPROVALS);
}

describe.for(["http", "socket"] as const)("lists of users, over %s", (delivery) => {
  const { clock, advance } = createOffsetClock();
  const world = useWorld({
    ...{ clock, delivery },
    env: { DIRECTORY_REFRESH: "true", INCYDR_REQUESTS_PER_MINUTE: "60000" },
    incydr: { userCount: 45 },
  });

  /** Makes every reading due, and waits for its end. Slack's signatures allow no larger jumps of the clock. */
  async function untilRead(): Promise<void> {
    const { db } = world();
    const number = async (query: string): Promise<number> => (await db.query(query)).rows[0].number;
    const readings =
      "select count(*)::int as number from directory_readings where kind = 'orgs' and complete";
    const unread =
      "select count(*)::int as number from directory_users where gone_at is null and (roles_tried_at is null or roles_tried_at < current_instant() - interval '1 hour')";
    await db.query("update directory_readings set finished_at = finished_at - interval '1 hour'");
    await db.query("update directory_users set roles_tried_at = roles_tried_at - interval '1 day'");
    const before = await number(readings);
    await advance(MINUTE_MS + 1);
    await expect.poll(() => number(readings), { interval: 50 }).toBe(before + 1);
    await expect.poll(() => number(unread), { interval: 50 }).toBe(0);
  }

  test("before anything was read, no list says that there is nobody", async () => {
    const { plain } = await list(world(), "nobody");
    expect(plain).toContain("The bot has not read any users from Incydr yet.");
    expect(plain).not.toMatch(/No user|None/);
  });

  test("a list shows ten users a page with totals and its age, and the buttons turn the pages", async () => {
    await untilRead();
    const first = await list(world());
    expect(first.plain).toContain("45 users, 1–10 shown");
    expect(first.plain).toContain("45 users read; the oldest entry is");
    expect(first.buttons).toEqual(["Next", "Export CSV"]);
    const maya = world().slack.as("maya");
    const pages = [blockIds(first)];
    let page = first;
    while (page.buttons.includes("Next")) {
      page = await turnedPage(maya, "Next", page);
      pages.push(blockIds(page));
    }
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 10, 10, 5]);
    const all = pages.flat();
    expect(all).toHaveLength(45);
    expect(new Set(all)).toEqual(new Set(world().incydr.tenant.users.map(({ userId }) => `user:${userId}`)));
    expect(page.plain).toContain("45 users, 41–45 shown");
    expect(page.buttons).toEqual(["Previous", "Export CSV"]);
  });

  test("a list is audited once with its filter and number, and a click is not audited again", async () => {
    const after = await auditLength(world());
    const first = await list(world(), "--active");
    const maya = world().slack.as("maya");
    await maya.click("Next", { message: first });
    await expect.poll(() => maya.sees(APPROVALS).at(-1)?.plain).toContain("11–20 shown");
    const count = world().incydr.tenant.users.filter(({ active }) => active).length;
    const entries = await auditEntries(world(), { after });
    expect(entries).toMatchObject([
      {
        ...{ kind: "users.listed", by: "U0MAYA", request: null, subject: null },
        details: { asked: null, active: true, blocked: null, org: null, role: null, count },
      },
    ]);
  });

  test("the filters match what Incydr shows", async () => {
    const { tenant } = world().incydr;
    const { orgName } = tenant.user(NADIA);
    const matching = async (filter: string) => (await list(world(), filter)).plain;
    const inOrg = tenant.users.filter((each) => each.orgName === orgName && each.active).length;
    expect(await matching(`--active --org ${orgName}`)).toContain(`${inOrg} user`);
    const nadia = await list(world(), "PETROV nadia");
    expect(listed(nadia)).toEqual([expect.stringContaining(`(${NADIA})\nactive · `)]);
    expect(nadia.plain).toContain("Filter: name “PETROV nadia”");
    world().incydr.control.edit.setRoles(NADIA, ["Alert Emails"]);
    await untilRead();
    expect(listed(await list(world(), "nadia --role alert emails"))).toHaveLength(1);
    expect(await matching("--role alert-emails")).toMatch(/Roles read: 45 of 45 users\./);
    expect(await matching("nobody-has-this-name")).toContain("No user in the directory matches.");
  });

  test("the menu beside a user opens the look-up and the form of a change", async () => {
    const maya = world().slack.as("maya");
    const found = await list(world(), "nadia.petrov");
    const { userId } = world().incydr.tenant.user(NADIA);
    await maya.choose(`user:${userId}`, "Look up", { message: found });
    await maya.waitForMessage(APPROVALS, ({ plain }) => plain.includes(`Username ${NADIA}`));
    await maya.choose(`user:${userId}`, "Deactivate…", { message: found });
    const form = await maya.waitForModal(({ submit }) => submit !== undefined);
    expect(form.plain).toContain(NADIA);
  });

  test("a part of a name offers the users who have it as buttons, for each command about a user", async () => {
    const maya = world().slack.as("maya");
    const answer = await answerToCommand(maya, "/incydr devices petrov --active", APPROVALS);
    expect(answer.plain).toContain("Incydr has no user “petrov”.\nDid you mean one of these?");
    const devices = await answerToClick(maya, `Nadia Petrov (${NADIA})`, answer);
    expect(devices.plain).toContain(`of ${NADIA} with these filters`);
    const wrongDomain = await answerToCommand(maya, "/incydr user nadia.petrov@wrong.example", APPROVALS);
    expect((await answerToClick(maya, `Nadia Petrov (${NADIA})`, wrongDomain)).plain).toContain(
      `Username ${NADIA}`,
    );
  });

  test("a subject sees the same list after a request about them as before it", async () => {
    const lena = emailOf("lena.fischer");
    const asLena = async () => [
      (await list(world(), "", "lena")).plain,
      (await list(world(), `${lena} --active --role alert emails`, "lena")).plain,
    ];
    const before = await asLena();
    await makeRequest(world(), {
      ...{ command: `/incydr roles ${lena} add Alert Emails`, cardIn: RESTRICTED },
    });
    expect(await asLena()).toEqual(before);
  });

  test("a user who was deactivated in the console shows as such after the next reading", async () => {
    const sam = emailOf("sam.ortega");
    expect(listed(await list(world(), sam))).toEqual([expect.stringContaining(")\nactive · ")]);
    world().incydr.control.edit.setActive(sam, false);
    await untilRead();
    expect(listed(await list(world(), sam))).toEqual([expect.stringContaining(")\ninactive · ")]);
    expect(listed(await list(world(), `${sam} --active`))).toEqual([]);
  });

  test("right-to-left names and names of 255 characters are listed, each in its own line", async () => {
    const rtl = "\u202Eנועה לוי";
    const long = "x".repeat(255);
    const { edit } = world().incydr.control;
    const person = { orgName: world().incydr.tenant.user(NADIA).orgName } as object;
    for (const [index, lastName] of [rtl, long].entries())
      edit.addUser({
        ...person,
        ...{ username: `odd${index}@harborlight.example`, firstName: "Odd", lastName },
      } as Parameters<typeof edit.addUser>[0]);
    await untilRead();
    const found = await list(world(), "odd");
    expect(listed(found)).toHaveLength(2);
    for (const text of listed(found)) expect(text.split("\n")).toHaveLength(2);
    expect(found.plain).not.toContain("\u202E");
    expect(listed(await list(world(), "לוי"))).toHaveLength(1);
  });

  test("people who may not list users are refused, also at a click on another person's list", async () => {
    const forbidden = { action: "list" };
    const refused = await refusedCommand(world(), "/incydr users", { by: "sam", in: "general", forbidden });
    expect(refused.plain).toContain("You don't have permission");
    const first = await list(world());
    const { admin } = world().slack;
    await untilNoticed(world(), () => admin.removeFromGroup("insider-risk-analysts", "maya"));
    const maya = world().slack.as("maya");
    const attempt = { by: "maya", forbidden };
    const told = await expectNoEffect(world(), attempt, () => answerToClick(maya, "Next", first));
    expect(told.plain).toContain("You don't have permission");
    await untilNoticed(world(), () => admin.addToGroup("insider-risk-analysts", "maya"));
  });

  test("a forged page or entry of the menu is audited and told to its person", async () => {
    const first = await list(world());
    const maya = world().slack.as("maya");
    const [menu = ""] = blockIds(first);
    const before = await auditLength(world());
    const tamper = withAction({ selected_option: { value: "delete:1" } });
    await maya.choose(menu, "Look up", { message: first, tamper });
    await maya.waitForMessage(APPROVALS, "This button doesn't belong to this bot.");
    expect(await auditEntries(world(), { after: before })).toMatchObject([
      { by: "U0MAYA", details: { action: "subject_menu" } },
    ]);
    for (const value of ["1", '{"filter":{},"offset":0}', `{"offset":-1}`, "x".repeat(1_000)]) {
      const after = await auditLength(world());
      const told = await answerToClick(world().slack.as("maya"), "Next", first, {
        tamper: withAction({ value }),
      });
      expect(told.plain).toContain("This button doesn't belong to this bot.");
      expect(await auditEntries(world(), { after })).toMatchObject([{ by: "U0MAYA" }]);
    }
  });

  test("options that exclude each other are named, and nothing is listed", async () => {
    const { plain } = await list(world(), "--active --inactive");
    expect(plain).toContain("The options --active and --inactive exclude each other.");
  });
});
