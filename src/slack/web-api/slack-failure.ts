import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { type DirectoryRemedy, DirectoryUnavailableError } from "../../authorization/index.ts";
import { withCauses } from "../../kernel/errors.ts";
import { slackErrorCode } from "./slack-api.ts";

/** Slack's answers for a method that the workspace's plan doesn't have. */
const PLAN_REFUSALS = ["plan_upgrade_required", "paid_teams_only"];

/** Why a call to Slack failed. */
export interface SlackFailure {
  /**
   * - `token_refused`: Slack does not accept the token; the same call fails until a person replaces it
   * - `refused`: Slack answered, and refuses this call
   * - `unreachable`: no answer, or an answer that says that Slack can't answer now; the same call may work later
   */
  readonly kind: "token_refused" | "refused" | "unreachable";
  /** Short and stable: Slack's error code, or such as `ECONNREFUSED`, `http_503`, `timeout` or `ratelimited`. */
  readonly code: string;
}

/** Slack's answers to a token that it does not accept: https://docs.slack.dev/reference/methods/auth.test */
const TOKEN_REFUSALS = [
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "not_allowed_token_type",
  "no_permission",
  "access_denied",
  "enterprise_is_restricted",
  "team_access_not_granted",
  "team_disabled",
  "two_factor_setup_required",
  "user_removed_from_team",
];

/** Slack's answers while it can't answer: https://docs.slack.dev/reference/methods/auth.test */
const SLACK_OUTAGES = [
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "ratelimited",
  "rate_limited",
  "accesslimited",
  "team_added_to_org",
  "org_login_required",
];

/** Whether an error itself, not one of its causes, was thrown by a call of the Web API. */
export function isWebApiError(error: Error): boolean {
  return (
    error instanceof WebAPIPlatformError ||
    error instanceof WebAPIHTTPError ||
    error instanceof WebAPIRateLimitedError ||
    error instanceof WebAPIRequestError
  );
}

/** Classifies what a call of the Web API threw, or an error that has it as its cause. */
export function slackFailure(error: unknown): SlackFailure {
  for (const link of withCauses(error)) {
    if (link instanceof WebAPIRateLimitedError) return { kind: "unreachable", code: "ratelimited" };
    if (link instanceof WebAPIHTTPError) return { kind: "unreachable", code: `http_${link.statusCode}` };
    if (link instanceof WebAPIRequestError) return { kind: "unreachable", code: networkCode(link.original) };
    if (!(link instanceof WebAPIPlatformError)) continue;
    const code = slackErrorCode(link);
    // A proxy that answers with a page of its own.
    if (code === null) return { kind: "unreachable", code: "unexpected_answer" };
    if (TOKEN_REFUSALS.includes(code)) return { kind: "token_refused", code };
    return { kind: SLACK_OUTAGES.includes(code) ? "unreachable" : "refused", code };
  }
  return { kind: "unreachable", code: networkCode(error) };
}

/** The scopes that Slack names in a `missing_scope` answer, such as `groups:read`; `null` if it names none. */
export function neededScopes(error: unknown): string | null {
  for (const link of withCauses(error)) {
    if (!(link instanceof WebAPIPlatformError)) continue;
    const { needed } = link.data as { readonly needed?: unknown }; // Slack adds it to this answer alone
    if (typeof needed === "string" && /^[a-z.:_,]{1,200}$/.test(needed)) return needed;
  }
  return null;
}

/** `fetch` hides the system's code in its cause, or in the errors of each address that it tried. */
function networkCode(error: unknown): string {
  for (const link of withCauses(error)) {
    if (link.name === "TimeoutError") return "timeout";
    if ("code" in link && typeof link.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(link.code))
      return link.code;
  }
  return "unknown_error";
}

/** Makes the error for a call that Slack didn't answer or refused, with what an administrator has to set, if anything. */
export function directoryUnavailable(error: unknown, message?: string): DirectoryUnavailableError {
  return new DirectoryUnavailableError(error, message, remedyOf(error));
}

function remedyOf(error: unknown): DirectoryRemedy | null {
  const { code } = slackFailure(error);
  if (PLAN_REFUSALS.includes(code)) return { kind: "user_groups_unavailable" };
  return code === "missing_scope" ? { kind: "missing_scope", scopes: neededScopes(error) } : null;
}
