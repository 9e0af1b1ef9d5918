import { WebAPIHTTPError } from "@slack/web-api";
import { DirectoryUnavailableError } from "../../authorization/index.ts";
import { NowhereToPostError } from "../../change-requests/index.ts";
import { AppError, withCauses } from "../../kernel/errors.ts";
import { slackErrorCode, UnexpectedAnswerError } from "./slack-api.ts";
import { isWebApiError, slackFailure } from "./slack-failure.ts";

/**
 * Slack's refusals that end when an administrator changes the scopes, the workspace or the channel:
 * https://docs.slack.dev/reference/methods/chat.postMessage
 */
const MENDABLE_REFUSALS: ReadonlySet<string> = new Set([
  "missing_scope",
  "plan_upgrade_required",
  "paid_teams_only",
  "ekm_access_denied",
  "team_not_found",
  "message_limit_exceeded",
  "update_failed",
  "is_archived",
  "is_inactive",
  "channel_not_found",
  "not_in_channel",
]);

/** Slack's refusals of a message's content, in any channel and at any time. */
const CONTENT_REFUSALS: ReadonlySet<string> = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "msg_too_long",
  "msg_blocks_too_long",
  "no_text",
  "metadata_too_large",
  "invalid_metadata_format",
  "invalid_metadata_schema",
  "invalid_attachments",
  "too_many_attachments",
  "attachment_payload_limit_exceeded",
  "too_many_contact_cards",
]);

/** HTTP statuses for a request with a bad form or size. */
const REQUEST_REFUSALS: ReadonlySet<number> = new Set([400, 413, 414, 431]);

/** A failed transfer to or from Slack's file host; `status` is `null` if there was no answer. */
export class FileTransferError extends AppError<"file_transfer"> {
  readonly status: number | null;

  constructor(message: string, status: number | null, options?: ErrorOptions) {
    super("file_transfer", message, options);
    this.status = status;
  }
}

export function isContentRefused(error: unknown): boolean {
  return CONTENT_REFUSALS.has(slackErrorCode(error) ?? "");
}

/** Whether an error, or one of its causes, is an outage of Slack: the same call can succeed later. */
export function isSlackOutage(error: unknown): boolean {
  return withCauses(error).some(isOutage);
}

function isOutage(error: Error): boolean {
  if (error instanceof UnexpectedAnswerError) return true;
  if (error instanceof FileTransferError) return error.status === null || isPassing(error.status);
  // Channels and their members change.
  if (error instanceof NowhereToPostError) return true;
  // Without a cause, a group that the policies name is gone. Otherwise `withCauses` yields the cause too.
  if (error instanceof DirectoryUnavailableError) return error.cause == null;
  // Slack's API answers 200 or 429. A proxy, or Slack in an outage, sends the other statuses.
  if (error instanceof WebAPIHTTPError) return !REQUEST_REFUSALS.has(error.statusCode);
  if (!isWebApiError(error)) return false;
  const { kind, code } = slackFailure(error);
  return kind !== "refused" || MENDABLE_REFUSALS.has(code) || code.startsWith("restricted_action");
}

/** HTTP statuses of a server or proxy that is down, busy, or refuses the token. */
function isPassing(status: number): boolean {
  return (
    status >= 500 || status === 429 || status === 408 || status === 401 || status === 403 || status === 407
  );
}
