import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";
import { AppError } from "../../kernel/errors.ts";
import { slackFailure } from "../web-api/slack-failure.ts";

/** Slack refuses the app-level token, and a later attempt with it fails too. */
export class AppTokenRefusedError extends AppError<"app_token_refused"> {
  /** Slack's name for the reason, such as `invalid_auth`. */
  readonly slackCode: string;

  constructor(slackCode: string, options?: { cause?: unknown }) {
    const advice = "Set it to an app-level token with the scope connections:write, and start again.";
    super("app_token_refused", `Slack refuses SLACK_APP_TOKEN (${slackCode}). ${advice}`, options);
    this.slackCode = slackCode;
  }
}

/** The loop that keeps the Socket Mode connection has ended by a fault in its code. */
export class SocketModeEndedError extends AppError<"socket_mode_ended"> {
  constructor(cause: unknown) {
    super("socket_mode_ended", "The Socket Mode receiver ended and will not reconnect.", { cause });
  }
}

/** A connection to Slack could not be opened, or has ended. */
export class SocketConnectionError extends AppError<"socket_connection"> {
  /**
   * A short, stable code without address, name or text: `ECONNREFUSED`, `http_503`, `rate_limited`, `timeout`,
   * `no_hello`, `closed`, Slack's error code, or the reason of Slack's `disconnect` frame.
   */
  readonly reason: string;

  constructor(reason: string, message: string, options?: { cause?: unknown }) {
    super("socket_connection", message, options);
    this.reason = reason;
  }
}

/**
 * The errors that blame the token: https://docs.slack.dev/reference/methods/apps.connections.open.
 * Errors that may pass are left out: `team_added_to_org`, `org_login_required`, `access_denied`, `internal_error`.
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

/** Slack's code for a token that it refuses permanently; `null` for any other error. */
export function tokenRefusal(error: unknown): string | null {
  const code = error instanceof WebAPIPlatformError ? error.data.error : null;
  return code !== null && TOKEN_REFUSALS.has(code) ? code : null;
}

/** The pause that Slack asks for in a 429, in milliseconds; 0 for any other error. */
export function retryAfterMs(error: unknown): number {
  return error instanceof WebAPIRateLimitedError ? error.retryAfter * 1_000 : 0;
}

/** Wraps any error in one with a short code, without the text of an answer, which may be the whole page of a proxy. */
export function asConnectionError(error: unknown): SocketConnectionError {
  if (error instanceof SocketConnectionError) return error;
  const reason = error instanceof WebAPIRateLimitedError ? "rate_limited" : slackFailure(error).code;
  const hasAnswer = error instanceof WebAPIHTTPError || error instanceof WebAPIPlatformError;
  const options = hasAnswer ? {} : { cause: error };
  return new SocketConnectionError(reason, `apps.connections.open failed (${reason}).`, options);
}
