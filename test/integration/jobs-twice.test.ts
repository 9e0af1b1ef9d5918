import { expect, test } from "vitest";
import { auditKindsOf, expectAuditTold } from "../support/scenario-audit.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";
import { startWorld, type World } from "../support/world.ts";

/** The bot's messages that everybody in a channel can see. */
function told({ slack }: World, channel: string) {
  const seen = slack.as("theo").sees(channel);
  return seen
    .filter(({ isBot, ephemeral }) => isBot && !ephemeral)
    .map(({ ts, threadTs, plain }) => ({ ts, threadTs, plain }));
}

/** Lets Maya ask for Nadia's deactivation, and Theo approve it; resolves to the card when all jobs are done. */
async function deactivateNadia(world: World) {
  const { card } = await makeRequest(world, { command: `/incydr deactivate ${emailOf("nadia.petrov")}` });
  await world.slack.as("theo").click("Approve", { message: card });
  await waitForCard(world, { id: 1, shows: "Done and verified" });
  await untilQuiet(world);
  return card;
}

/** The effects of all jobs, on Incydr, in Slack and in the database. */
async function effects(world: World) {
  const table = async (name: string) => (await world.db.query(`select * from ${name} order by 1, 2`)).rows;
  return {
    writes: world.incydr.writeLog(),
    approvals: told(world, APPROVALS),
    audit: told(world, "insider-risk-audit"),
    requests: await table("change_requests"),
    targets: await table("targets"),
    decisions: await table("decisions"),
    entries: await table("audit_entries"),
  };
}

test("everything happens once if every job runs twice at the same time", async () => {
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
  const card = await deactivateNadia(world);
  const counts = await db.query("select name, count(*)::int as jobs from pgboss.job group by name");
  for (const { name, jobs } of counts.rows) expect(jobs, name).toBeGreaterThanOrEqual(2);
  expect(counts.rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["decide", "execute", "show_card", "announce", "publish_audit"]),
  );

  expect(incydr.writeLog()).toMatchObject([{ kind: "deactivate", applied: true }]);
  const inChannel = told(world, APPROVALS);
  expect(inChannel.filter(({ threadTs }) => !threadTs)).toHaveLength(1);
  expect(inChannel.filter(({ threadTs }) => threadTs === card.ts)).toHaveLength(2);
  expect(await auditKindsOf(world, "CR-1")).toEqual([
    "request.created",
    "decision.approved",
    "request.approved",
    "request.executing",
    "target.executing",
    "target.verified",
    "request.done",
  ]);
  await expectAuditTold(world);
  slack.violations.assertNone();
});

test("nothing more happens if every job runs again after everything is over", async () => {
  await using world = await startWorld();
  await deactivateNadia(world);
  const before = await effects(world);
  const again = await world.db.query(
    "update pgboss.job set state = 'created', start_after = now(), completed_on = null returning name",
  );
  expect(again.rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["decide", "execute", "show_card", "announce", "expire", "publish_audit"]),
  );
  const waiting = async () =>
    (await world.db.query("select name from pgboss.job where state <> 'completed'")).rows;
  await expect.poll(waiting).toEqual([]);
  expect(await effects(world)).toEqual(before);
});
