import { setTimeout as delay } from "node:timers/promises";
import type { BenchWorld } from "../open-world.ts";
import { APPROVALS, approve, createRetryWindow, POLL_MS } from "./operators.ts";

/** The requester of the temporary roles, and their approver. */
const REQUESTER = "jonas";
const APPROVER = "priya";
/** The role, and the shortest duration that the sandbox offers. */
export const TEMPORARY_ROLE = { id: "alert-emails", name: "Alert Emails" };
const LENGTH = "12 seconds";

/** A requested temporary role. */
export interface PromisedGrant {
  readonly username: string;
  submitted: boolean;
  approved: boolean;
  requestId: number | null;
}

/**
 * Requests a temporary role for one user after the other, and waits each time for its removal. The bot is killed
 * meanwhile.
 */
export async function requestTemporaryRoles(
  world: BenchWorld,
  usernames: readonly string[],
  isKilled: () => boolean,
): Promise<readonly PromisedGrant[]> {
  const promises: PromisedGrant[] = [];
  for (const username of usernames) {
    if (promises.length > 0 && !isKilled()) break;
    const promised = { username, submitted: false, approved: false, requestId: null };
    promises.push(promised);
    await seeThrough(world, promised, createRetryWindow(isKilled));
  }
  return promises;
}

async function seeThrough(world: BenchWorld, promised: PromisedGrant, inTime: () => boolean): Promise<void> {
  while (promised.requestId === null && inTime()) {
    await ask(world, promised);
    promised.requestId = await requestOf(world, promised);
  }
  const approver = world.sandbox.slack.as(APPROVER);
  const { requestId } = promised;
  while (requestId !== null && !promised.approved && inTime()) {
    await delay(POLL_MS);
    promised.approved = await approve(world, approver, { requestId });
  }
  while (inTime() && !(await isOver(world, promised))) await delay(POLL_MS);
}

async function ask({ sandbox }: BenchWorld, promised: PromisedGrant): Promise<void> {
  const requester = sandbox.slack.as(REQUESTER);
  try {
    if (requester.modal()) await requester.close({ all: true });
    const command = `/incydr roles ${promised.username} add ${TEMPORARY_ROLE.name}`;
    const { acked } = await requester.command(command, { in: APPROVALS });
    if (!acked) return await delay(200);
    await requester.waitForModal(({ submit }) => submit === "Request approval", { timeoutMs: 10_000 });
    await requester.fill({ "For how long": LENGTH, Reason: "Asked in the middle of chaos" });
    for (let attempt = 0; attempt < 20 && !promised.submitted; attempt += 1) {
      if (attempt > 0) await delay(200);
      promised.submitted = (await requester.submit()).closed;
    }
  } catch {
    // The form did not open or was closed, so the requester begins again.
    await delay(200);
  }
}

async function requestOf({ db }: BenchWorld, { username }: PromisedGrant): Promise<number | null> {
  const { rows } = await db.query<{ id: number }>(
    `select request_id::int as id from targets join change_requests r on r.id = request_id
     where username = $1 and r.change->>'kind' = 'add_roles' order by 1 desc limit 1`,
    [username],
  );
  return rows[0]?.id ?? null;
}

/** Whether the role was removed again, or its request ended without it. */
async function isOver({ db }: BenchWorld, { requestId }: PromisedGrant): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from change_requests where id = $1 and state in ('done', 'denied', 'cancelled', 'expired', 'stale')
     and not exists (select from targets where request_id = $1 and targets.state = 'unknown')
     and not exists (select from grants where request_id = $1 and ended_at is null)`,
    [requestId],
  );
  return rowCount === 1;
}
