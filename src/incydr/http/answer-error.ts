import { IncydrError, type IncydrErrorCode } from "../model/errors.ts";
import type { HttpAnswer, HttpLoss } from "./http-exchange.ts";
import { retryAfterMs } from "./retry-policy.ts";
import { hasKnownShape, readServerErrorDetail } from "./server-error-detail.ts";
export interface RequestName {
  /** The purpose of the request, as the end of "Could not …", for instance `deactivate user 123`. */
  readonly purpose: string;
  readonly method: string;
  /** Path template. */
  readonly path: string;
  /** Whether the path names a list: a 404 then says nothing about the records of the list. Default false. */
  readonly isList?: boolean;
}

/** The error for an answer that isn't a success; `redact` removes secrets from the server's words. */
export function answerError(
  answer: HttpAnswer,
  request: RequestName,
  { nowMs, redact }: { readonly nowMs: number; readonly redact: (text: string) => string },
): IncydrError {
  const { purpose, method, path } = request;
  const detail = readServerErrorDetail(answer.body, redact);
  const found = codeOf(answer);
  const code = request.isList && found === "not_found" ? "unexpected_answer" : found;
  const quote = detail.text === null ? "" : `. Incydr says: ${JSON.stringify(detail.text)}`;
  return new IncydrError(code, `Could not ${purpose}: ${reasons[code]} (${answer.status})${quote}`, {
    sent: "yes",
    status: answer.status,
    method,
    path,
    requestId: requestIdOf(answer, redact),
    serverWords: detail.text,
    serverCode: detail.code,
    retryAfterMs: retryAfterMs(answer, nowMs),
  });
}

/** The error for a request that got no usable answer. */
export function lossError(loss: HttpLoss, request: RequestName): IncydrError {
  const { purpose, method, path } = request;
  const details = { sent: loss.sent, method, path };
  if (loss.reason === "timed_out") {
    const message = `Could not ${purpose}: Incydr didn't answer in time; try again later`;
    return new IncydrError("timed_out", message, details);
  }
  if (loss.reason === "too_large") {
    const message = `Could not ${purpose}: the answer is too large; check INCYDR_URL and any proxy`;
    return new IncydrError("unexpected_answer", message, { ...details, sent: "yes" });
  }
  const message = `Could not ${purpose}: no connection to Incydr (${loss.detail}); check the network and try again`;
  return new IncydrError("unavailable", message, details);
}

/** The request id of an answer, from any of the usual headers. */
export function requestIdOf(answer: HttpAnswer, redact: (text: string) => string): string | null {
  const names = ["x-request-id", "request-id", "x-amzn-requestid", "x-correlation-id"];
  const found = names.map((name) => answer.header(name)).find((value) => value !== null);
  return found ? redact(found).slice(0, 128) : null;
}

const reasons: Readonly<Record<IncydrErrorCode, string>> = {
  not_found: "Incydr has no such record; check the id",
  ambiguous: "more than one matches; use the id",
  forbidden: "the API client lacks the permission; check its permissions in Incydr",
  unauthorized: "Incydr refuses the API client's credentials; check its id and secret",
  legal_hold: "the user is under an active legal hold; release it in Incydr first",
  rate_limited: "Incydr's rate limit is reached; try again later",
  invalid: "Incydr refuses the request",
  conflict: "Incydr reports a conflict; read the user again",
  unavailable: "Incydr isn't available; try again later",
  timed_out: "Incydr answered with a timeout; try again later",
  aborted: "the caller cancelled the call",
  outcome_unknown: "the call may have taken effect; read the user again",
  roles_ignored: "Incydr ignored some of the roles",
  unexpected_answer: "the answer is not from the Incydr API; check INCYDR_URL and any proxy",
};

/**
 * A 404 means "no such record" only in one of Incydr's own JSON shapes. A proxy, a gateway or a wrong URL also answers
 * 404, and its page says nothing about the record.
 */
function codeOf({ status, body }: HttpAnswer): IncydrErrorCode {
  // The older console API sends this with HTTP 400. Matched as a substring, because the shape around it is unknown.
  if (status >= 400 && status < 500 && body.includes("ACTIVE_LEGAL_HOLD")) return "legal_hold";
  switch (status) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return hasKnownShape(body) ? "not_found" : "unexpected_answer";
    case 408:
      return "timed_out";
    case 409:
      return "conflict";
    case 429:
      return "rate_limited";
  }
  if (status >= 500) return "unavailable";
  return status >= 400 ? "invalid" : "unexpected_answer";
}
