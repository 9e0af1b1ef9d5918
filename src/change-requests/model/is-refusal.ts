import { AppError } from "../../kernel/errors.ts";

/**
 * Codes of errors that say nothing about what was asked: a part of the bot, or something that it depends on, failed
 * while it was carried out. It may have taken effect all the same.
 */
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

/** Whether an error is an answer: it says why what was asked was not done. After any other it isn't known. */
export function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && !FAULTS.has(error.code);
}
