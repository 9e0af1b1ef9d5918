import { expect, test, vi } from "vitest";
import { startBotProcess } from "../support/bot-process.ts";
import { setDatabaseClock } from "../support/database-clock.ts";
import { untilNoticed } from "../support/scenario-audit.ts";
import { answerToClick } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { makeDueNow, untilQuiet } from "../support/scenario-world.ts";
import { startWorld } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test.concurrent.for([
  { offMs: 10 * MINUTE_MS, jumpMs: -HOUR_MS, reported: "600 s ahead of" },
  { offMs: -10 * MINUTE_MS, jumpMs: HOUR_MS, reported: "600 s behind" },
])(
  "a bot whose machine clock is $offMs ms off, and is set by $jumpMs ms meanwhile, does everything on time by the database's clock",
  { timeout: 120_000 },
  async ({ offMs, jumpMs, reported }) => {
    await using world = await startWorld({
      delivery: "socket",
      startBot: false,
      env: { GRANT_DURATIONS: "1h,8h" },
    });
    const { slack, db, incydr } = world;
    await using bot = await startBotProcess(world, { offMs, jumpMs });
    const wait = { timeoutMs: 30_000, timeout: 30_000 };
    expect(bot.log.join("\n")).toContain(`The machine's clock is ${reported} the database's clock.`);

    const temporary = await makeRequest(world, {
      command: `/incydr roles ${emailOf("nadia.petrov")} add Alert Emails`,
      fields: { "For how long": "1 hour" },
    });
    await approveAndWait(world, temporary, { shows: "Until ", ...wait });
    const open = await makeRequest(world, { command: `/incydr deactivate ${emailOf("ann.karlsson")}` });
    const { rows: stored } = await db.query(`
      select 'made' as what, extract(epoch from current_instant() - created_at)::float as seconds from change_requests
      union all select 'expires', extract(epoch from current_instant() + interval '1 day' - expires_at)::float from change_requests
      union all select 'ends', extract(epoch from current_instant() + interval '1 hour' - ends_at)::float from grants
      union all select 'audited', extract(epoch from current_instant() - at)::float from audit_entries
      union all select 'posted', extract(epoch from current_instant() - begun_at)::float from slack_posts`);
    expect(new Set(stored.map(({ what }) => what)).size).toBe(5);
    for (const { what, seconds } of stored) expect([what, Math.abs(seconds) < 300]).toEqual([what, true]);

    process.kill(bot.pid, "SIGUSR2");
    const holdsRole = () => incydr.tenant.rolesOf(emailOf("nadia.petrov")).includes("alert-emails");
    await setDatabaseClock(db, 57 * MINUTE_MS);
    await makeDueNow(db, "name in ('end_grants', 'expire') and state = 'created'");
    await untilQuiet(world);
    expect(holdsRole()).toBe(true);
    // Each of these jobs started too early, and was delayed once.
    const { rows: woken } = await db.query(
      "select name, count(*)::int as times from pgboss.job where name in ('end_grants', 'expire') group by name",
    );
    for (const { name, times } of woken) expect([name, times <= 6]).toEqual([name, true]);

    await setDatabaseClock(db, 61 * MINUTE_MS);
    await waitForCard(world, { id: temporary.id, shows: "↩️ Removed ", ...wait });
    expect(holdsRole()).toBe(false);
    await slack.as("theo").waitForMessage(APPROVALS, /1 request waits for approvals/, wait);
    expect((await waitForCard(world, { id: open.id })).plain).not.toContain("Expired.");

    await setDatabaseClock(db, 25 * HOUR_MS);
    await waitForCard(world, { id: open.id, shows: "Expired.", ...wait });
    const unpublished = "select from audit_entries where seq > (select published_seq from audit_publication)";
    await vi.waitFor(async () => expect((await db.query(unpublished)).rowCount).toBe(0), wait);
    slack.violations.assertNone();
  },
);

test("a lead who has just joined may not approve on a machine whose clock is 10 minutes ahead", async () => {
  await using world = await startWorld({ delivery: "socket", startBot: false });
  await using _bot = await startBotProcess(world, { offMs: 11 * MINUTE_MS, jumpMs: 0 });
  const { slack } = world;
  const priya = slack.as("priya");
  const { card } = await makeRequest(world, { command: `/incydr deactivate ${emailOf("ann.karlsson")}` });
  await untilNoticed(world, () => slack.admin.removeFromGroup("insider-risk-leads", "priya"));
  await untilNoticed(world, () => slack.admin.addToGroup("insider-risk-leads", "priya"));
  const { plain } = await answerToClick(priya, "Approve", card);
  expect(plain).toContain("You joined the approvers' group less than 10 minutes ago.");
});
