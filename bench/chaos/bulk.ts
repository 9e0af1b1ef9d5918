import { setTimeout as delay } from "node:timers/promises";
import type { BenchWorld } from "../open-world.ts";
import { APPROVALS, approve, createRetryWindow, isOver, POLL_MS } from "./operators.ts";

/** The requester of the bulk, and its two approvers. */
const REQUESTER = "jonas";
const APPROVERS = ["theo", "priya"] as const;
/** How long the bot may take to read a list, in milliseconds. */
const READING_MS = 180_000;

/** A bulk whose requester got the message that it waits for approval. */
export interface PromisedBulk {
  readonly requestId: number;
  readonly usernames: readonly string[];
  /** People whose click on Approve was acknowledged. */
  readonly approvedBy: Set<string>;
}

/**
 * Requests the deactivation of all users. Call it while nothing kills the bot, because a killed bot reads the list
 * again.
 */
export async function askForBulk(
  { sandbox, db }: BenchWorld,
  usernames: readonly string[],
): Promise<PromisedBulk> {
  const requester = sandbox.slack.as(REQUESTER);
  await requester.command("/incydr bulk deactivate", { in: APPROVALS });
  await requester.waitForModal(({ submit }) => submit === "Preview", { timeoutMs: 20_000 });
  await requester.fill({ File: { file: "leavers.csv", content: ["username", ...usernames].join("\n") } });
  await requester.submit();
  await requester.waitForModal(({ submit }) => submit === "Request approval", { timeoutMs: READING_MS });
  await requester.fill({ Reason: "Asked before the chaos" });
  await requester.submit();
  await sandbox.slack.as("theo").waitForMessage(APPROVALS, /Pending/, { timeoutMs: 20_000 });
  const { rows } = await db.query<{ id: number }>("select max(id)::int as id from change_requests");
  return { requestId: rows[0]?.id ?? 0, usernames, approvedBy: new Set() };
}

/** Clicks on Approve until both approvals are acknowledged, and waits for the end of the bulk. */
export async function seeBulkThrough(
  world: BenchWorld,
  bulk: PromisedBulk,
  isKilled: () => boolean,
): Promise<void> {
  const inTime = createRetryWindow(isKilled);
  for (const approver of APPROVERS) {
    const person = world.sandbox.slack.as(approver);
    while (!bulk.approvedBy.has(approver) && inTime()) {
      await delay(POLL_MS);
      if (await approve(world, person, bulk)) bulk.approvedBy.add(approver);
    }
  }
  while (inTime() && !(await isOver(world, bulk))) await delay(POLL_MS);
}
