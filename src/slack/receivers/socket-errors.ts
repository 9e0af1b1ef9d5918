import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { AppError } from "../../kernel/errors.ts";
import { slackErrorCode } from "../web-api/slack-api.ts";

/** Slack refuses the app-level token: no later attempt can succeed with it. */
export class AppTokenRefusedError extends AppError<"app_token_refused"> {
  /** Slack's name for the reason, such as `invalid_auth`. */
  readonly slackCode: string;

  constructor(slackCode: string, options?: { cause?: unknown }) {
    const advice = "Set it to an app-level token with the scope connections:write, and start again.";
    super("app_token_refused", `Slack refuses SLACK_APP_TOKEN (${slackCode}). ${advice}`, options);
    this.slackCode = slackCode;
  }
}

/** The loop that keeps the Socket Mode connection has ended by a fault of its own. */
export class SocketModeEndedError extends AppError<"socket_mode_ended"> {
  constructor(cause: unknown) {
    super("socket_mode_ended", "The Socket Mode receiver ended and will not reconnect.", { cause });
  }
}

/** One connection to Slack could not be opened, or has ended. */
export class SocketConnectionError extends AppError<"socket_connection"> {
  /**
   * Why, as a short, stable code without address, name or text: `ECONNREFUSED`, `http_503`, `rate_limited`, `timeout`,
   * `no_hello`, `closed`, Slack's error code, or the reason of Slack's `disconnect` frame.
   */
  readonly reason: string;

  constructor(reason: string, message: string, options?: { cause?: unknown }) {
    super("socket_connection", message, options);
    this.reason = reason;
  }
}

/**
 * Errors of `apps.connections.open` that say that the token itself is wrong, from Slack's page of that method. Errors
 * that may pass are left out: `team_added_to_org`, `org_login_required`, `access_denied`, `internal_error`.
 */
const TOKEN_REFUSALS: ReadonlySet<string> = new Set([
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "user_removed_from_team",
  "team_disabled",
  "not_allowed_token_type",
  "missing_scope",
]);

/** Slack's name for why it refuses the token for good; `null` for any other error. */
export function tokenRefusal(error: unknown): string | null {
  const code = error instanceof WebAPIPlatformError ? error.data.error : null;
  return code !== null && TOKEN_REFUSALS.has(code) ? code : null;
}

/** Seconds that Slack asks to wait, in milliseconds; 0 for any other error. */
export function retryAfterMs(error: unknown): number {
  return error instanceof WebAPIRateLimitedError ? error.retryAfter * 1_000 : 0;
}

/**
 * What was thrown as an error with a short code. An answer of a proxy may be a whole page, so no text of an answer is
 * kept.
 */
export function asConnectionError(error: unknown): SocketConnectionError {
  if (error instanceof SocketConnectionError) return error;
  const reason = reasonOf(error);
  const hasAnswer = error instanceof WebAPIHTTPError || error instanceof WebAPIPlatformError;
  const options = hasAnswer ? {} : { cause: error };
  return new SocketConnectionError(reason, `apps.connections.open failed (${reason}).`, options);
}

function reasonOf(error: unknown): string {
  if (error instanceof WebAPIRateLimitedError) return "rate_limited";
  if (error instanceof WebAPIHTTPError) return `http_${error.statusCode}`;
  if (error instanceof WebAPIPlatformError) return slackErrorCode(error) ?? "unexpected_answer";
  if (error instanceof WebAPIRequestError) return systemCode(error.original) ?? "no_answer";
  return systemCode(error) ?? "unknown";
}

/** The code of the system's error behind one of `fetch`, such as `ECONNREFUSED`. */
function systemCode(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string" && /^[A-Z][A-Z0-9_]*$/.test(at.code)) return at.code;
    if (at.name === "TimeoutError" || at.name === "AbortError") return "timeout";
    if (at instanceof AggregateError && at.errors.length > 0) return systemCode(at.errors[0]);
  }
  return null;
}
