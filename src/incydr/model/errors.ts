import { AppError, withCauses } from "../../kernel/errors.ts";

/** The codes of all failures; a closed set, so that a switch can be exhaustive. */
export type IncydrErrorCode =
  | "not_found"
  | "ambiguous"
  | "forbidden"
  | "unauthorized"
  | "legal_hold"
  | "rate_limited"
  | "invalid"
  | "conflict"
  | "unavailable"
  | "timed_out"
  | "aborted"
  | "outcome_unknown"
  | "roles_ignored"
  | "unexpected_answer";

/**
 * Whether the request of a failed call reached Incydr. `no`: provably not (bad input, still queued, no
 * connection, no token). `yes`: Incydr answered it. `unknown`: it was on its way when the call ended.
 */
export type Sent = "no" | "yes" | "unknown";

/** The facts of a failed call, besides its code and message. */
export interface IncydrErrorDetails {
  readonly sent: Sent;
  readonly status?: number | null;
  /** HTTP method, if the failure concerns a request. */
  readonly method?: string | null;
  /** Path template without ids, for instance `/v1/users/{userId}/deactivate`. */
  readonly path?: string | null;
  readonly requestId?: string | null;
  /** The server's own explanation as plain text, at most 500 characters. */
  readonly serverWords?: string | null;
  /** The server's own code of the fault, such as `CONFLICT`. */
  readonly serverCode?: string | null;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** A call to Incydr that failed; `sent` says whether a write can have taken effect. */
export class IncydrError<Code extends IncydrErrorCode = IncydrErrorCode> extends AppError<Code> {
  readonly sent: Sent;
  readonly status: number | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly requestId: string | null;
  readonly serverWords: string | null;
  readonly serverCode: string | null;
  readonly retryAfterMs: number | null;

  constructor(code: Code, message: string, details: IncydrErrorDetails) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.sent = details.sent;
    this.status = details.status ?? null;
    this.method = details.method ?? null;
    this.path = details.path ?? null;
    this.requestId = details.requestId ?? null;
    this.serverWords = details.serverWords ?? null;
    this.serverCode = details.serverCode ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** A write that may or may not have taken effect: read the user again. */
export class OutcomeUnknownError extends IncydrError<"outcome_unknown"> {
  constructor(message: string, details: IncydrErrorDetails) {
    super("outcome_unknown", message, details);
  }
}

/** An incomplete list can't answer the question. */
export class IncompleteListError extends IncydrError<"unexpected_answer"> {
  constructor(message: string) {
    super("unexpected_answer", message, { sent: "yes" });
  }
}

/** Whether `thrown` is an error of this client; if `codes` are given, one of these. */
export function isIncydrError<Code extends IncydrErrorCode = IncydrErrorCode>(
  thrown: unknown,
  ...codes: Code[]
): thrown is IncydrError<Code> {
  if (!(thrown instanceof IncydrError)) return false;
  return codes.length === 0 || codes.some((code) => code === thrown.code);
}

/** The error for input that is refused before it reaches Incydr. */
export function invalidInput(message: string): IncydrError<"invalid"> {
  return new IncydrError("invalid", message, { sent: "no" });
}

/**
 * Codes of failures after which the same call can succeed later. Incydr is down or busy, the process stops, or an
 * administrator must repair the API client. `unexpected_answer` comes from a proxy, a maintenance page or a wrong URL.
 */
const OUTAGE_CODES: ReadonlySet<IncydrErrorCode> = new Set<IncydrErrorCode>([
  "unavailable",
  "timed_out",
  "rate_limited",
  "unauthorized",
  "forbidden",
  "aborted",
  "outcome_unknown",
  "unexpected_answer",
]);

/** Whether an error or one of its causes is an outage of Incydr: the same call can succeed later. */
export function isIncydrOutage(thrown: unknown): boolean {
  return withCauses(thrown).some((each) => isIncydrError(each) && OUTAGE_CODES.has(each.code));
}
