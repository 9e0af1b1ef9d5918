import type { App } from "@slack/bolt";
import { JOB_KINDS } from "../../src/change-requests/index.ts";
import { registerListeners } from "../../src/slack/listeners/listeners.ts";
import type { SlackDeps } from "../../src/slack/listeners/slack-deps.ts";

/**
 * All entry points of the bot's domain: each listener of Bolt, such as `action approve` or `view_submission
 * draft_form`, and each kind of job.
 */
export function everyEntryPoint(): string[] {
  const found: string[] = [];
  // Each method of Bolt's App, also those that the bot doesn't use yet.
  const listen =
    (method: string) =>
    (constraint: unknown): void => {
      found.push(nameOf(method, constraint));
    };
  const app = new Proxy({} as App, { get: (_app, method) => listen(String(method)) });
  registerListeners(app, {} as SlackDeps); // nothing is called but what registers
  return [...found, ...JOB_KINDS.map((kind) => `job ${kind}`)];
}

function nameOf(method: string, constraint: unknown): string {
  if (typeof constraint !== "object" || constraint === null) return `${method} ${String(constraint)}`;
  const { type, action_id, callback_id } = constraint as Record<string, unknown>; // Bolt's constraints are of these
  return `${method === "view" ? String(type) : method} ${String(action_id ?? callback_id)}`;
}
