import { setTimeout as delay } from "node:timers/promises";
import type { SlackPerson } from "../../sandbox/slack/driver.ts";
import type { BenchWorld } from "../open-world.ts";

export const APPROVALS = "insider-risk-approvals";

/** Acknowledged actions of people on one request. The bot must not lose them. */
export interface Promised {
  readonly username: string;
  readonly kind: "deactivate" | "activate";
  /** The form was acknowledged and closed. */
  submitted: boolean;
  /** The click was acknowledged. */
  approved: boolean;
  /** The request, as soon as the database shows one. */
  requestId: number | null;
}

/** The pause before people look for a card or a form again, in milliseconds. */
export const POLL_MS = 200;
/** How long people continue to try after the last kill, in milliseconds. */
const REACTION_TIMEOUT_MS = 120_000;

/** Makes the check whether people still continue to try. */
export function createRetryWindow(isKilled: () => boolean): () => boolean {
  let deadline = 0;
  return () => {
    const now = performance.now();
    if (isKilled() || deadline === 0) deadline = now + REACTION_TIMEOUT_MS;
    return now < deadline;
  };
}

/**
 * Acts as one requester and one approver who repeat each action that is not acknowledged. Resolves when the request has
 * ended.
 */
export async function seeThrough(
  world: BenchWorld,
  people: { readonly requester: string; readonly approver: string },
  promised: Promised,
  isKilled: () => boolean,
): Promise<void> {
  const requester = world.sandbox.slack.as(people.requester);
  const inTime = createRetryWindow(isKilled);
  while (promised.requestId === null && inTime()) {
    await ask(requester, promised);
    promised.requestId = await requestOf(world, promised);
  }
  const approver = world.sandbox.slack.as(people.approver);
  while (!promised.approved && inTime()) {
    await delay(POLL_MS);
    promised.approved = await approve(world, approver, promised);
  }
  while (inTime() && !(await isOver(world, promised))) await delay(POLL_MS);
}

/** Opens the form, fills it in and submits it, with some retries. */
async function ask(requester: SlackPerson, promised: Promised): Promise<void> {
  const { kind, username } = promised;
  try {
    if (requester.modal()) await requester.close({ all: true });
    const { acked } = await requester.command(`/incydr ${kind} ${username}`, { in: APPROVALS });
    if (!acked) return await delay(200);
    await requester.waitForModal(({ submit }) => submit === "Request approval", { timeoutMs: 10_000 });
    await requester.fill({ Reason: "Asked in the middle of chaos" });
    for (let attempt = 0; attempt < 20 && !promised.submitted; attempt += 1) {
      if (attempt > 0) await delay(200);
      promised.submitted = (await requester.submit()).closed;
    }
  } catch {
    // The form did not open or was closed, so the requester begins again.
    await delay(200);
  }
}

async function requestOf({ db }: BenchWorld, { username, kind }: Promised): Promise<number | null> {
  const { rows } = await db.query<{ id: number }>(
    `select request_id::int as id from targets join change_requests r on r.id = request_id
     where username = $1 and r.change->>'kind' = $2 order by 1 desc limit 1`,
    [username, kind],
  );
  return rows[0]?.id ?? null;
}

/** Clicks on Approve as soon as a card has that button; `false` without a card or without an answer. */
export async function approve(
  { sandbox, db }: BenchWorld,
  approver: SlackPerson,
  { requestId }: Pick<Promised, "requestId">,
): Promise<boolean> {
  const { rows } = await db.query<{ ts: string }>(
    "select ts from slack_posts where key = $1 and ts is not null",
    [`card:${requestId}`],
  );
  const [posted] = rows;
  if (!posted || sandbox.bot.pid === null) return false;
  const card = approver.sees(APPROVALS).find(({ ts }) => ts === posted.ts);
  if (!card) return false;
  try {
    return (await approver.click("Approve", { message: card })).acked;
  } catch {
    return false; // the button is gone, because the bot received an earlier click
  }
}

/** Whether a request has ended and has no unknown outcome. */
export async function isOver(
  { db }: BenchWorld,
  { requestId }: Pick<Promised, "requestId">,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from change_requests where id = $1
     and state in ('done', 'denied', 'cancelled', 'expired', 'stale')
     and not exists (select from targets where request_id = id and targets.state = 'unknown')`,
    [requestId],
  );
  return rowCount === 1;
}
