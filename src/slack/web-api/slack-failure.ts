import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { type DirectoryRemedy, DirectoryUnavailableError } from "../../authorization/index.ts";
import { withCauses } from "../../kernel/errors.ts";
import { slackErrorCode } from "./slack-api.ts";

/** Slack's refusals of a method that the workspace's plan lacks. */
const PLAN_REFUSALS = ["plan_upgrade_required", "paid_teams_only"];

/** Why a call to Slack failed. */
export interface SlackFailure {
  /**
   * - `token_refused`: Slack does not accept the token, and each call fails until a person replaces it
   * - `refused`: Slack refuses this call
   * - `unreachable`: no answer, or an outage of Slack; the same call may work later
   */
  readonly kind: "token_refused" | "refused" | "unreachable";
  /** Short and stable: Slack's error code, or one such as `ECONNREFUSED`, `http_503`, `timeout` or `ratelimited`. */
  readonly code: string;
}

/** Slack's refusals of a token: https://docs.slack.dev/reference/methods/auth.test */
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

/** Slack's errors in an outage: https://docs.slack.dev/reference/methods/auth.test */
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

/** Whether a call of the Web API threw this error. Causes don't count. */
export function isWebApiError(error: Error): boolean {
  return (
    error instanceof WebAPIPlatformError ||
    error instanceof WebAPIHTTPError ||
    error instanceof WebAPIRateLimitedError ||
    error instanceof WebAPIRequestError
  );
}

/** Classifies an error of a Web API call, or an error with such a cause. */
export function slackFailure(error: unknown): SlackFailure {
  for (const link of withCauses(error)) {
    if (link instanceof WebAPIRateLimitedError) return { kind: "unreachable", code: "ratelimited" };
    if (link instanceof WebAPIHTTPError) return { kind: "unreachable", code: `http_${link.statusCode}` };
    if (link instanceof WebAPIRequestError) return { kind: "unreachable", code: networkCode(link.original) };
    if (!(link instanceof WebAPIPlatformError)) continue;
    const code = slackErrorCode(link);
    // A proxy answered with its own page.
    if (code === null) return { kind: "unreachable", code: "unexpected_answer" };
    if (TOKEN_REFUSALS.includes(code)) return { kind: "token_refused", code };
    return { kind: SLACK_OUTAGES.includes(code) ? "unreachable" : "refused", code };
  }
  return { kind: "unreachable", code: networkCode(error) };
}

/** The scopes in a `missing_scope` answer, such as `groups:read`; `null` if it names none. */
export function neededScopes(error: unknown): string | null {
  for (const link of withCauses(error)) {
    if (!(link instanceof WebAPIPlatformError)) continue;
    const { needed } = link.data as { readonly needed?: unknown }; // Slack adds it to this answer alone
    if (typeof needed === "string" && /^[a-z.:_,]{1,200}$/.test(needed)) return needed;
  }
  return null;
}

/** `fetch` puts the system's code into its cause, or into the errors of the addresses that it tried. */
function networkCode(error: unknown): string {
  for (const link of withCauses(error)) {
    if (link.name === "TimeoutError") return "timeout";
    if ("code" in link && typeof link.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(link.code))
      return link.code;
  }
  return "unknown_error";
}

/** Makes the error for a failed call, with the setting that an administrator has to change, if any. */
export function directoryUnavailable(error: unknown, message?: string): DirectoryUnavailableError {
  return new DirectoryUnavailableError(error, message, remedyOf(error));
}

function remedyOf(error: unknown): DirectoryRemedy | null {
  const { code } = slackFailure(error);
  if (PLAN_REFUSALS.includes(code)) return { kind: "user_groups_unavailable" };
  return code === "missing_scope" ? { kind: "missing_scope", scopes: neededScopes(error) } : null;
}
