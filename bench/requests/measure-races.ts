import { atLeast, atMost, type Metric } from "../metric.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";
import { plainUsers } from "../plain-users.ts";
import { startSecondBot } from "../second-bot.ts";
import { untilQuiet } from "../until-quiet.ts";
import { askForDeactivation } from "./ask-for-deactivation.ts";

/**
 * Lets two people approve one request at the same instant, at two bot processes on the same database. Repeats this
 * `times` times, each time with a new request and subject.
 */
export async function measureRaces({ times }: { readonly times: number }): Promise<Metric[]> {
  await using world = await openWorld({ requestsPerMinute: 60_000, incydrUsers: 320 + 2 * times });
  await using second = await startSecondBot(world);
  world.sandbox.slack.setRequestUrl(`${world.sandbox.botUrl}/slack/events`, second.requestUrl);
  const subjects = plainUsers(world).slice(-times);
  const wrong: string[] = [];
  for (const username of subjects) {
    const found = await race(world, username);
    if (found !== RIGHT) wrong.push(`${username}: ${found}`);
  }
  return [
    atLeast(
      times,
      "requests approved twice at the same instant",
      subjects.length,
      "each at two bot processes",
    ),
    atMost(0, "… that were not decided once", wrong.length, wrong.slice(0, 5).join("; ") || `all: ${RIGHT}`),
  ];
}

const RIGHT = "done, 1 decision, 1 approval and 1 refusal in the audit log, verified after 1 write";

async function race(world: BenchWorld, username: string): Promise<string> {
  const { sandbox, db } = world;
  const { slack, incydr } = sandbox;
  const leads = [slack.as("theo"), slack.as("priya")];
  const card = await askForDeactivation(world, username);
  await Promise.all(leads.map((lead) => lead.click("Approve", { message: card })));
  await untilQuiet(db);
  const { rows } = await db.query<
    Record<"state" | "target", string> & Record<"decisions" | "approvals" | "refusals", number>
  >(
    `select r.state, t.state as target,
       (select count(*)::int from decisions where request_id = r.id) as decisions,
       (select count(*)::int from audit_entries where request_id = 'CR-' || r.id and kind = 'decision.approved') as approvals,
       (select count(*)::int from audit_entries where request_id = 'CR-' || r.id and kind = 'attempt.rejected') as refusals
     from change_requests r join targets t on t.request_id = r.id where t.username = $1`,
    [username],
  );
  const [found] = rows;
  if (!found || rows.length !== 1) return `${rows.length} requests`;
  const { userId } = incydr.tenant.user(username);
  const writes = incydr.writeLog().filter((write) => write.userId === userId).length;
  const { state, decisions, approvals, refusals, target } = found;
  return `${state}, ${decisions} decision, ${approvals} approval and ${refusals} refusal in the audit log, ${target} after ${writes} write`;
}
