import { expect, test } from "vitest";
import type { Message, SlackPerson } from "../../sandbox/slack/driver.ts";
import { startWorld } from "../support/world.ts";

const NADIA = "nadia.petrov@harborlight.example";
const APPROVALS = "insider-risk-approvals";

/** The bot's messages that everybody can see, by channel. */
function told(reader: SlackPerson, channel: string): Pick<Message, "ts" | "threadTs" | "plain">[] {
  return reader
    .sees(channel)
    .filter(({ isBot, ephemeral }) => isBot && !ephemeral)
    .map(({ ts, threadTs, plain }) => ({ ts, threadTs, plain }));
}

/** Everything that jobs have an effect on. */
async function effects(world: Awaited<ReturnType<typeof startWorld>>) {
  const { slack, incydr, db } = world;
  const theo = slack.as("theo");
  const table = async (name: string) => (await db.query(`select * from ${name} order by 1, 2`)).rows;
  return {
    writes: incydr.writeLog(),
    approvals: told(theo, APPROVALS),
    audit: told(theo, "insider-risk-audit"),
    requests: await table("change_requests"),
    targets: await table("targets"),
    decisions: await table("decisions"),
    entries: await table("audit_entries"),
  };
}

test("with every job run twice at the same time, everything happens once", async () => {
  await using world = await startWorld();
  const { slack, incydr, db } = world;
  await db.query(`
    create function twice() returns trigger language plpgsql as $$
    begin
      if pg_trigger_depth() = 1 then
        new.id := gen_random_uuid();
        insert into pgboss.job select new.*;
      end if;
      return null;
    end $$;
    create trigger twice after insert on pgboss.job for each row execute function twice();
  `);
  const [maya, theo] = [slack.as("maya"), slack.as("theo")];
  await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
  await maya.waitForModal(/Warnings/);
  await maya.fill({ Reason: "Exfiltration alert 4711" });
  await maya.submit();
  const card = await theo.waitForMessage(APPROVALS, /Pending/);
  await theo.click("Approve", { message: card });
  await theo.waitForMessage(APPROVALS, /CR-1 done and verified/);
  await theo.waitForMessage("insider-risk-audit", /request\.done/);

  const unfinished = async () =>
    (await db.query("select name from pgboss.job where state < 'completed' and start_after <= now()")).rows;
  await expect.poll(unfinished).toEqual([]);
  const counts = await db.query("select name, count(*)::int as jobs from pgboss.job group by name");
  for (const { name, jobs } of counts.rows) expect(jobs, name).toBeGreaterThanOrEqual(2);
  expect(counts.rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["decide", "execute", "show_card", "announce", "publish_audit"]),
  );

  expect(incydr.writeLog()).toMatchObject([{ kind: "deactivate", applied: true }]);
  const inChannel = told(theo, APPROVALS);
  expect(inChannel.filter(({ threadTs }) => !threadTs)).toHaveLength(1);
  expect(inChannel.filter(({ threadTs }) => threadTs === card.ts)).toHaveLength(2);
  const entries = (await db.query("select seq::int, kind, request_id from audit_entries order by seq")).rows;
  expect(entries.filter(({ request_id }) => request_id).map(({ kind }) => kind)).toEqual([
    "request.created",
    "decision.approved",
    "request.approved",
    "request.executing",
    "target.executing",
    "target.verified",
    "request.done",
  ]);
  const published = told(theo, "insider-risk-audit").flatMap(({ plain }) =>
    [...plain.matchAll(/#(\d+) /g)].map(([, seq]) => Number(seq)),
  );
  expect(published).toEqual(entries.map(({ seq }) => seq));
  slack.violations.assertNone();
});

test("with every job run again after everything is over, nothing happens", async () => {
  await using world = await startWorld();
  const { slack, db } = world;
  const [maya, theo] = [slack.as("maya"), slack.as("theo")];
  await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
  await maya.waitForModal(/Warnings/);
  await maya.fill({ Reason: "Exfiltration alert 4711" });
  await maya.submit();
  await theo.click("Approve", { message: await theo.waitForMessage(APPROVALS, /Pending/) });
  await theo.waitForMessage(APPROVALS, /CR-1 done and verified/);
  await theo.waitForMessage("insider-risk-audit", /request\.done/);
  const unfinished = async () =>
    (await db.query("select name from pgboss.job where state < 'completed' and start_after <= now()")).rows;
  await expect.poll(unfinished).toEqual([]);

  const before = await effects(world);
  const again = await db.query(
    "update pgboss.job set state = 'created', start_after = now(), completed_on = null returning name",
  );
  expect(again.rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["decide", "execute", "show_card", "announce", "expire", "publish_audit"]),
  );
  const waiting = async () => (await db.query("select name from pgboss.job where state <> 'completed'")).rows;
  await expect.poll(waiting).toEqual([]);
  expect(await effects(world)).toEqual(before);
});
