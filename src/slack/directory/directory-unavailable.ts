import { type DirectoryRemedy, DirectoryUnavailableError } from "../../authorization/index.ts";
import { neededScopes, slackFailure } from "../web-api/slack-failure.ts";

/** Slack's answers for a method that the workspace's plan doesn't have. */
const PLAN_REFUSALS = ["plan_upgrade_required", "paid_teams_only"];

/** Makes the error for a call that Slack didn't answer or refused, with what an administrator has to set, if anything. */
export function directoryUnavailable(error: unknown, message?: string): DirectoryUnavailableError {
  return new DirectoryUnavailableError(error, message, remedyOf(error));
}

function remedyOf(error: unknown): DirectoryRemedy | null {
  const { code } = slackFailure(error);
  if (PLAN_REFUSALS.includes(code)) return { kind: "user_groups_unavailable" };
  return code === "missing_scope" ? { kind: "missing_scope", scopes: neededScopes(error) } : null;
}
