import { afterEach, expect, test } from "vitest";
import { auditLength, expectAuditTold } from "../support/scenario-audit.ts";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { makeDueNow, useWorld } from "../support/scenario-world.ts";

const world = useWorld();
const SOON = { timeout: 30_000, interval: 25 };

afterEach(async () => {
  await world().db.query("drop function if exists poison cascade");
});

/** Lets the database refuse every decision about one request, with this SQLSTATE. */
async function poison(requestId: number, state: string): Promise<void> {
  await world().db.query(`
    create function poison() returns trigger language plpgsql as $$
    begin
      if new.request_id = ${requestId} then raise exception 'poisoned' using errcode = '${state}'; end if;
      return new;
    end $$;
    create trigger poison before insert on decisions for each row execute function poison();
  `);
}

/** Makes the delayed jobs of a kind due, again and again, until `isReached`. */
async function untilTried(kind: string, isReached: () => Promise<boolean>): Promise<void> {
  const step = async () => {
    await makeDueNow(world().db, `name = '${kind}' and state = 'retry'`);
    return isReached();
  };
  await expect.poll(step, { timeout: 60_000, interval: 100 }).toBe(true);
}

/** Looks somebody up, which makes one audit entry, and waits for that. */
async function lookUp(name: string): Promise<void> {
  const before = await auditLength(world());
  await world()
    .slack.as("maya")
    .command(`/incydr user ${emailOf(name)}`, { in: APPROVALS });
  await expect.poll(() => auditLength(world()), SOON).toBeGreaterThan(before);
}

async function faultsOf(kind: string): Promise<number> {
  const { rows } = await world().db.query("select faults from job_failures where kind = $1", [kind]);
  return rows[0]?.faults ?? 0;
}

/** The number of retries of the jobs of a kind. The last retry is still to come. */
async function retriesOf(kind: string): Promise<number> {
  const { rows } = await world().db.query(
    "select max(retry_count)::int as retries from pgboss.job where name = $1 and state in ('retry', 'active')",
    [kind],
  );
  return rows[0]?.retries ?? 0;
}

test("a click whose decision can't be stored is given up after 20 tries, across a restart: the card shows it and the approver is told, while others decide", async () => {
  const { slack } = world();
  const theo = slack.as("theo");
  const bad = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("nadia.petrov")}` });
  const good = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("ann.karlsson")}` });
  await poison(bad.id, "P0001");
  await theo.click("Approve", { message: bad.card });
  await untilTried("decide", async () => (await faultsOf("decide")) >= 3);
  await approveAndWait(world(), good);

  await world().stopBot();
  const before = await faultsOf("decide");
  await world().startBot();
  await untilTried("decide", async () => (await faultsOf("decide")) > before);
  // Each try takes the bot a second. Another test proves the counts in between.
  await world().db.query("update job_failures set faults = greatest(faults, 17)");
  await untilTried("decide", async () => (await faultsOf("decide")) >= 20);
  const card = await waitForCard(world(), {
    id: bad.id,
    shows: "Something went wrong while recording a decision",
  });
  expect(card.plain).toContain("Pending.");
  const reference = /\(ref ([0-9a-f]{4})\)/.exec(card.plain)?.[1];
  expect(reference).toBeDefined();
  const told = await theo.waitForMessage(
    APPROVALS,
    ({ ephemeral, plain }) => ephemeral && plain.includes(`(ref ${reference})`),
  );
  expect(told.plain).toContain(`CR-${bad.id}: Something went wrong`);
  expect(told.plain).not.toMatch(/nothing was (?:done|changed)/i);
  expect(await retriesOf("decide")).toBe(0);
  expect(await faultsOf("decide")).toBe(20);
  const logged = world().log.map((line) => JSON.parse(line));
  expect(logged.filter((line) => line.reference === reference)).toMatchObject([
    { level: "error", job: "decide", requestId: bad.id },
  ]);
  await expectAuditTold(world());
}, 120_000);

test("an expiry that fails is never given up: it alerts the audit channel, goes on once a day, and the card loses its line when it succeeds", async () => {
  const { slack, db } = world();
  const { id } = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("rolf.brandt")}` });
  await db.query(`
    create function poison() returns trigger language plpgsql as $$
    begin
      if new.state = 'expired' then raise exception 'poisoned'; end if;
      return new;
    end $$;
    create trigger poison_expiry before update on change_requests for each row execute function poison();
  `);
  await db.query("update change_requests set expires_at = now() - interval '1 minute' where id = $1", [id]);
  const ofRequest = `name = 'expire' and state in ('created', 'retry') and data->>'requestId' = '${id}'`;
  await makeDueNow(db, ofRequest);
  await untilTried("expire", async () => (await faultsOf("expire")) >= 1);
  await db.query("update job_failures set faults = 18 where kind = 'expire'");
  await untilTried("expire", async () => (await faultsOf("expire")) >= 20);
  await waitForCard(world(), {
    id,
    shows: "Something went wrong while closing the request after its deadline",
  });
  const alarm = slack.as("theo").waitForMessage("insider-risk-audit", /THE BOT NEEDS HELP/);
  expect((await alarm).plain).toContain("The bot tries again once a day.");
  const daily = async () => (await db.query(`select from pgboss.job where ${ofRequest}`)).rowCount;
  await expect.poll(daily, SOON).toBe(1);

  await db.query("drop trigger poison_expiry on change_requests");
  await makeDueNow(db, ofRequest);
  const card = await waitForCard(world(), { id, shows: "Expired." });
  await expect.poll(() => slack.as("theo").current(card)?.plain, SOON).not.toContain("Something went wrong");
}, 120_000);

test("a click is kept for as long as the database can't be written to, and then carried out", async () => {
  const { slack, db } = world();
  const { id, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${emailOf("annette.karlsson")}`,
  });
  await poison(id, "25006");
  await slack.as("theo").click("Approve", { message: card });
  await untilTried("decide", async () => (await retriesOf("decide")) >= 2);
  await db.query("drop trigger poison on decisions");
  await untilTried("decide", async () => (await retriesOf("decide")) === 0);
  await waitForCard(world(), { id, shows: "Done and verified." });
  const { rows } = await db.query("select from job_failures where request_id = $1", [id]);
  expect(rows).toEqual([]);
}, 120_000);

test("an audit entry whose content Slack refuses 20 times is replaced by a placeholder, and all others follow in order", async () => {
  const { slack, db } = world();
  await expectAuditTold(world());
  const refused = slack.faults.add({
    method: "chat.postMessage",
    kind: "refused",
    error: "invalid_blocks",
    times: 4,
  });
  await lookUp("ann.karlsson");
  await refused.waitForHits(1);
  const counted = async () => (await db.query("select refusals from audit_publication")).rows[0].refusals;
  await expect.poll(counted, SOON).toBe(1);
  await db.query("update audit_publication set refusals = 17");
  await untilTried("publish_audit", async () => refused.hits >= 4);
  await lookUp("annette.karlsson");
  const told = () => slack.as("theo").transcript("insider-risk-audit");
  await expect.poll(told, SOON).toMatch(/could not be posted: Slack refuses its content \(invalid_blocks\)/);
  await expectAuditTold(world());
  expect(told().match(/could not be posted: Slack/g)).toHaveLength(1);
  const { rows } = await db.query("select refusals, batch_end from audit_publication");
  expect(rows).toEqual([{ refusals: 0, batch_end: null }]);
}, 120_000);

test("while the audit channel is archived the delivery waits, however long, and then all entries follow in order", async () => {
  const { slack, db } = world();
  await expectAuditTold(world());
  const archived = slack.faults.add({ method: "chat.postMessage", kind: "refused", error: "is_archived" });
  for (const name of ["ann.karlsson", "annette.karlsson", "nadia.petrov"]) await lookUp(name);
  await archived.waitForHits(1);
  await untilTried("publish_audit", async () => archived.hits > 4);
  const { rows } = await db.query("select refusals from audit_publication");
  expect(rows).toEqual([{ refusals: 0 }]);
  archived.release();
  await untilTried("publish_audit", async () => (await retriesOf("publish_audit")) === 0);
  await expectAuditTold(world());
}, 120_000);
