import { describe, expect, test } from "vitest";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { answerToCommand, turnedPage } from "../support/scenario-effects.ts";
import {
  approveAndWait,
  emailOf,
  makeRequest,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");

describe.each(["http", "socket"] as const)("over %s", (delivery) => {
  const world = useWorld({ delivery });
  const ask = (who: string, line: string) => answerToCommand(world().slack.as(who), `/incydr ${line}`);

  /** Maya asks for a role for Nadia, Theo approves, and the role is given for eight hours. */
  async function give(role: string) {
    const made = await makeRequest(world(), {
      command: `/incydr add-role ${NADIA} ${role}`,
      fields: { "For how long": "8 hours" },
    });
    await approveAndWait(world(), made, { shows: "Until " });
    return made;
  }

  test("a list of temporary roles has buttons that extend and revoke them, with the authority of the click", async () => {
    const maya = world().slack.as("maya");
    const { id, name } = await give("Alert Emails");
    for (const line of ["grants", `grants ${NADIA}`]) {
      const list = await ask("maya", line);
      expect(list.plain).toContain("1 temporary role");
      expect(list.plain).toContain(`Alert Emails, ${name}, until `);
      expect(list.buttons).toEqual(["Extend…", "Revoke now"]);
    }
    const list = await ask("maya", "grants");
    await maya.click("Extend…", { message: list });
    const form = await untilForm(maya);
    expect(form.plain).toContain("Roles to add: [Alert Emails]");
    await maya.close({ all: true });

    // Sam is in no group that may revoke: the values of the buttons entitle nobody.
    const after = await auditLength(world());
    await world().slack.as("sam").click("Revoke now", { message: list, stale: true });
    await untilQuiet(world());
    expect(world().incydr.tenant.rolesOf(NADIA)).toContain("alert-emails");
    expect(await auditEntries(world(), { after })).toMatchObject([
      { kind: "attempt.forbidden", by: "U0SAM" },
    ]);

    await maya.click("Revoke now", { message: list });
    await waitForCard(world(), { id, shows: "Removed early by" });
    await untilQuiet(world());
    expect(world().incydr.tenant.rolesOf(NADIA)).not.toContain("alert-emails");
    expect((await ask("maya", "grants")).plain).toBe("There are no temporary roles.");
  });

  test("a long list of temporary roles has pages, and its buttons show the others", async () => {
    const { id } = await give("Watchlist Manager");
    const { db, slack } = world();
    await db.query(
      `insert into change_requests overriding system value select (jsonb_populate_record(request, jsonb_build_object('id', request.id + 100 + copy))).*
       from change_requests as request, generate_series(1, 6) as copy where request.id = $1`,
      [id],
    );
    await db.query(
      `insert into targets select (jsonb_populate_record(target, jsonb_build_object('request_id', request.id))).*
       from targets as target, change_requests as request where request.id > 100 and target.request_id = $1`,
      [id],
    );
    await db.query(
      `insert into grants select (jsonb_populate_record(given, jsonb_build_object('request_id', request.id))).*
       from grants as given, change_requests as request where request.id > 100 and given.request_id = $1`,
      [id],
    );
    const maya = slack.as("maya");
    const numbers = (plain: string) => [...plain.matchAll(/CR-(\d+)/g)].map(([, each]) => Number(each));
    const first = await ask("maya", `grants ${NADIA}`);
    expect(first.plain).toContain("7 temporary roles, 1–5 shown");
    expect(first.buttons.at(-1)).toBe("Next");
    const second = await turnedPage(maya, "Next", first);
    expect(second.plain).toContain("7 temporary roles, 6–7 shown");
    const { rows } = await db.query<{ id: number }>(
      "select request_id::int as id from grants where state = 'active' order by 1",
    );
    expect([...numbers(first.plain), ...numbers(second.plain)]).toEqual(rows.map((row) => row.id));
    expect(second.buttons.at(-1)).toBe("Previous");
    for (const table of ["grants", "targets"]) await db.query(`delete from ${table} where request_id > 100`);
    await db.query("delete from change_requests where id > 100");
  });

  test("a page that is no number is answered with what to do", async () => {
    expect((await ask("maya", "grants --page last")).plain).toContain("Use a number such as 2.");
  });
});
