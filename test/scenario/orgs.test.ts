import { describe, expect, test } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToClick, answerToCommand, refusedCommand, turnedPage } from "../support/scenario-effects.ts";
import { APPROVALS } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const MINUTE_MS = 60_000;

/** The organizations of an answer, each by the text of its section. */
function listed({ blocks }: Message): string[] {
  return blocks.flatMap((block) => (block.type === "section" ? [block.text?.text ?? ""] : []));
}

describe.for(["http", "socket"] as const)("organizations, over %s", (delivery) => {
  const { clock, advance } = createOffsetClock();
  const world = useWorld({
    ...{ clock, delivery },
    env: { DIRECTORY_REFRESH: "true", INCYDR_REQUESTS_PER_MINUTE: "60000" },
    incydr: { userCount: 45 },
  });
  const maya = () => world().slack.as("maya");
  const ask = (line: string) => answerToCommand(maya(), `/incydr ${line}`, APPROVALS);

  /** Makes the reading of all organizations due, and waits for its end. */
  async function untilRead(): Promise<void> {
    const { db } = world();
    const complete =
      "select count(*)::int as number from directory_readings where kind = 'orgs' and complete";
    const number = async (): Promise<number> => (await db.query(complete)).rows[0].number;
    await db.query("update directory_readings set finished_at = finished_at - interval '1 hour'");
    const before = await number();
    await advance(MINUTE_MS + 1);
    await expect.poll(number, { interval: 50 }).toBe(before + 1);
  }

  test("before anything was read, no list says that there is none, and one is read from Incydr", async () => {
    const { plain } = await ask("orgs");
    expect(plain).toContain("The bot has not read any organizations from Incydr yet.");
    const sales = await ask("org sales");
    expect(sales.plain).toMatch(/Sales\nStatus active\nParent Harborlight\nUsers \d+\nOrganization id /);
    const unknown = await ask("org Sale");
    expect(unknown.plain).toContain("Incydr has no organization with exactly the name or id “Sale”.");
    expect(unknown.buttons).toEqual([]);
  });

  test("an organization is shown as Incydr has it now, and its buttons lead to its users and its parent", async () => {
    await untilRead();
    const { tenant } = world().incydr;
    const { orgGuid } = tenant.org("Sales EMEA");
    const after = await auditLength(world());
    const shown = await ask(`org ${orgGuid}`);
    const users = tenant.users.filter((user) => user.orgName === "Sales EMEA");
    expect(shown.plain).toContain("Sales EMEA\nStatus active\nParent Sales\n");
    expect(shown.buttons).toEqual(["Users in this organization", "Show the parent"]);
    expect(await auditEntries(world(), { after })).toMatchObject([
      { kind: "org.viewed", by: "U0MAYA", subject: null, details: { orgGuid, name: "Sales EMEA" } },
    ]);
    const list = await answerToClick(maya(), "Users in this organization", shown);
    expect(list.plain).toMatch(new RegExp(`^${users.length} users? match`));
    const parent = await answerToClick(maya(), "Show the parent", shown);
    expect(parent.plain).toContain("Sales\nStatus active\nParent Harborlight");
    expect((await ask("org Skerry Works")).plain).toContain("Status inactive");
  });

  test("an unknown and an ambiguous name are answered with buttons, and nothing is guessed", async () => {
    const near = await ask("org ales EM");
    expect(near.plain).toContain(
      "Incydr has no organization with exactly the name or id “ales EM”. Choose one:",
    );
    expect(listed(near)).toEqual([`Sales EMEA\n${world().incydr.tenant.org("Sales EMEA").orgGuid}`]);
    const shown = await answerToClick(maya(), "Show", near);
    expect(shown.plain).toContain("Sales EMEA\nStatus active");
    world().incydr.control.edit.addOrg("Twin", "Sales");
    world().incydr.control.edit.addOrg("Twin");
    const twins = await ask("org Twin");
    expect(twins.plain).toContain("Several organizations are called “Twin”. Choose one:");
    expect(listed(twins)).toHaveLength(2);
    expect((await ask("org")).plain).toContain("Name the organization, such as /incydr org Sales.");
  });

  test("the list has each organization once on pages with totals and its age, and is audited", async () => {
    const { edit } = world().incydr.control;
    edit.addOrg("\u202Eארגון", "Sales");
    edit.addOrg("x".repeat(255));
    await untilRead();
    const { orgs } = world().incydr.tenant;
    const after = await auditLength(world());
    let page = await ask("orgs");
    expect(page.plain).toContain(`${orgs.length} organizations, 1–10 shown`);
    expect(page.plain).toContain(`${orgs.length} organizations read; the oldest entry is`);
    const seen = listed(page);
    while (page.buttons.includes("Next")) {
      page = await turnedPage(maya(), "Next", page);
      seen.push(...listed(page));
    }
    expect(page.buttons).toContain("Previous");
    expect(seen).toHaveLength(orgs.length);
    for (const text of seen) expect(text.split("\n")).toHaveLength(2);
    expect(seen).toContainEqual(expect.stringMatching(/^Sales EMEA\nactive · \d+ users? · part of Sales$/));
    const audited = await auditEntries(world(), { after });
    expect(audited).toHaveLength(Math.ceil(orgs.length / 10));
    for (const entry of audited)
      expect(entry).toMatchObject({
        kind: "orgs.listed",
        by: "U0MAYA",
        details: { asked: null, count: orgs.length },
      });
    expect((await ask("orgs ארגון")).plain).toContain("1 organization matches");
    expect((await ask("orgs nothing of this name")).plain).toContain(
      "No organization in the directory matches.",
    );
  });

  test.for([
    ["429 once", { kind: "too_many_requests", times: 1 }, /Sales\nStatus active/],
    ["500", { kind: "status", status: 500 }, /isn't available/],
    ["a login page", { kind: "status", status: 200, body: "html" }, /^Incydr: Could not list/],
    ["no connection", { kind: "drop", when: "before" }, /isn't available/],
  ] as const)("if Incydr answers with %s, no organization is said to be missing", async ([, fault, told]) => {
    world().incydr.control.addFault({ ...fault, on: "GET /v1/orgs" });
    const { plain } = await ask("org Sales");
    expect(plain).toMatch(told);
    expect(plain).not.toContain("no organization");
    expect((await ask("orgs sales")).plain).toMatch(/^\d+ organizations match/);
  });

  test("people who may not list get no organizations", async () => {
    const forbidden = { action: "list" };
    for (const line of ["org Sales", "orgs"]) {
      const refused = await refusedCommand(world(), `/incydr ${line}`, {
        by: "sam",
        in: "general",
        forbidden,
      });
      expect(refused.plain).toContain("You don't have permission to list users, roles and organizations.");
    }
  });
});
