/** The reason why a server could not be started. */
export type PostgresStartFailure =
  | "already_running"
  | "binaries_missing"
  | "no_server_user"
  | "folder_unreachable"
  | "folder_not_ours"
  | "folder_not_empty"
  | "other_version"
  | "leftover_server"
  | "start_failed";

/** The embedded PostgreSQL could not be started; the message says why, for which folder, and what to do. */
export class PostgresStartError extends Error {
  readonly code: PostgresStartFailure;

  constructor(code: PostgresStartFailure, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "PostgresStartError";
    this.code = code;
  }
}
