import { describe, expect, test } from "vitest";
import { answerToCommand, refusedCommand, turnedPage } from "../support/scenario-effects.ts";
import { deny, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const OLGA = emailOf("olga.novak");

describe.each(["http", "socket"] as const)("over %s", (delivery) => {
  const world = useWorld({ delivery });
  const listFor = async (who: string, text: string) =>
    (await answerToCommand(world().slack.as(who), `/incydr requests ${text}`)).plain;

  test("/incydr requests lists what is open, and its filters choose among all", async () => {
    expect(await listFor("maya", "")).toBe("There are no open requests that you can see.");
    const first = await makeRequest(world(), { command: `/incydr add-role ${NADIA} Alert Emails` });
    const second = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    await deny(world().slack.as("theo"), first.card, "No need");
    await waitForCard(world(), { id: first.id, shows: "Denied." });
    const open = await listFor("maya", "");
    expect(open).toContain(`${second.name} · Deactivate · ${NADIA}`);
    expect(open).toContain("Pending, needs 1 more approval. Requested by @Maya");
    expect(open).toContain("Members of @insider-risk-leads can approve it.");
    expect(open).toContain("1 request\n");
    expect(open).not.toContain(first.name);
    const all = await listFor("maya", "all");
    expect(all.indexOf(second.name)).toBeLessThan(all.indexOf(first.name));
    expect(all).toContain("⛔ Denied");
    expect(await listFor("maya", "mine")).toContain(first.name);
    expect(await listFor("theo", "mine")).toBe("You have made no requests.");
    expect(await listFor("theo", "waiting")).toContain(second.name);
    expect(await listFor("maya", "waiting")).toBe(
      "No request waits for your approval. Emergency changes to ratify are in /incydr requests all.",
    );
    expect(await listFor("theo", `all --by @maya --subject ${NADIA} --since 1d`)).toContain(first.name);
    for (const filter of ["--by @theo", `--subject ${OLGA}`, "--since 2999-01-01"])
      expect(await listFor("theo", `all ${filter}`)).toBe("No request that you can see fits these filters.");
  });

  test("a list of requests has pages, and each request a button for its details", async () => {
    const { db, slack } = world();
    await db.query(
      `insert into change_requests overriding system value select (jsonb_populate_record(request, jsonb_build_object('id', request.id + 100 + copy))).*
       from change_requests as request, generate_series(1, 12) as copy where state = 'denied'`,
    );
    await db.query(
      `insert into targets select (jsonb_populate_record(target, jsonb_build_object('request_id', request.id))).*
       from targets as target, change_requests as request
       where request.id > 100 and target.request_id = (select min(id) from change_requests)`,
    );
    const maya = slack.as("maya");
    const page = await answerToCommand(maya, "/incydr requests all");
    const numbers = (plain: string) => [...plain.matchAll(/CR-(\d+) ·/g)].map(([, id]) => Number(id));
    expect(numbers(page.plain)).toHaveLength(10);
    expect(page.plain).toContain("14 requests, 1–10 shown");
    expect(page.buttons.at(-1)).toBe("Show older requests");
    const { rows } = await db.query<{ id: number }>("select id::int from change_requests order by id desc");
    const older = await turnedPage(maya, "Show older requests", page);
    expect([...numbers(page.plain), ...numbers(older.plain)]).toEqual(rows.map(({ id }) => id));
    expect(older.plain).toContain("14 requests, 11–14 shown");
    expect(older.buttons.at(-1)).toBe("Show newer requests");
    const newer = await turnedPage(maya, "Show newer requests", older);
    expect(newer.plain).toBe(page.plain);
    const last = `CR-${rows.at(-1)?.id}`;
    await maya.click(`Details of ${last}`, {
      message: await turnedPage(maya, "Show older requests", newer),
    });
    const details = await maya.waitForMessage("insider-risk-approvals", ({ plain }) =>
      plain.includes("Before active, organization"),
    );
    expect(details.plain).toContain("No need");
    await db.query("delete from targets where request_id > 100");
    await db.query("delete from change_requests where id > 100");
  });

  test("/incydr request shows a request with the buttons that fit its reader, and they work", async () => {
    const { slack } = world();
    const made = await makeRequest(world(), { command: `/incydr add-role ${NADIA} Watchlist Manager` });
    const own = await answerToCommand(slack.as("maya"), `/incydr request ${made.name}`);
    expect(own.buttons).toEqual(expect.arrayContaining(["Cancel request", "Open the card"]));
    expect(own.buttons).not.toContain("Approve");
    const theirs = await answerToCommand(slack.as("theo"), `/incydr request ${made.id}`);
    expect(theirs.plain).toContain(`Before active, organization`);
    await slack.as("theo").click("Approve", { message: theirs });
    await waitForCard(world(), { id: made.id, shows: "Done and verified" });
    const over = await answerToCommand(slack.as("theo"), `/incydr request ${made.name}`);
    expect(over.plain).toContain("Approved by @Theo");
    expect(over.plain).toMatch(/After has Watchlist Manager, as Incydr showed on /);
    expect(over.buttons).not.toContain("Approve");
  });

  test("/incydr cancel does what the button does, and tells why not", async () => {
    const { slack } = world();
    const made = await makeRequest(world(), { command: `/incydr add-role ${OLGA} Alert Emails` });
    const answer = await answerToCommand(slack.as("maya"), `/incydr cancel ${made.name}`);
    expect(answer.plain).toContain(`The bot is checking whether you can cancel ${made.name}.`);
    await waitForCard(world(), { id: made.id, shows: "Cancelled" });
    const late = await slack
      .as("maya")
      .command(`/incydr cancel ${made.name}`, { in: "insider-risk-approvals" });
    expect(late).toMatchObject({ acked: true });
    await untilQuiet(world());
    expect(slack.as("maya").transcript("insider-risk-approvals")).toContain("already cancelled");
  });

  test.for([
    ["request", "Name the request, such as /incydr request CR-17."],
    ["cancel CR-0", "Name the request, such as /incydr cancel CR-17."],
    ["request CR-999999", "There is no CR-999999 that you can see."],
    ["requests everything", "There is no “/incydr requests everything”."],
    ["requests --since soon", "The text after --since is no time."],
    ["requests --by theo", "mention one person"],
    ["requests --before last", "Use a number such as CR-17."],
  ])("/incydr %s is answered with what to do", async ([line = "", why = ""]) => {
    const answer = await answerToCommand(world().slack.as("maya"), `/incydr ${line}`);
    expect(answer.plain).toContain(why);
  });

  test("people who may not look up users get no list and no request", async () => {
    for (const line of ["requests", "request CR-1"]) {
      const audited = [{ kind: "attempt.forbidden", by: "U0SAM" }];
      const answer = await refusedCommand(world(), `/incydr ${line}`, { by: "sam", in: "general", audited });
      expect(answer.plain).toContain("You don't have permission");
    }
  });
});
