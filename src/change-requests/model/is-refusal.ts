import { AppError } from "../../kernel/errors.ts";

/** Codes of errors of the bot or of a service. After such an error, the action may have taken effect. */
const FAULTS: ReadonlySet<string> = new Set([
  "lock_lost",
  "database_read_only",
  "connection_outdated",
  "database_newer",
  "pooler_shares_connections",
  "file_transfer",
  "card_not_shown",
  "app_token_refused",
  "socket_mode_ended",
  "socket_connection",
  "slack_token_refused",
  "slack_unreachable",
  "slack_answer_unexpected",
  "malformed_delivery",
  "unknown_delivery",
  "unsigned_request",
  "no_response_url",
  "answer_not_taken",
  "entries_refused",
  "unhandled_value",
  "subject_busy",
  "tries_exhausted",
  "job_unreadable",
  "outcome_unknown",
  "roles_ignored",
]);

/** Whether an error says why an action was not done. After any other error, the action may have been done. */
export function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && !FAULTS.has(error.code);
}
