import { IdentityUnavailableError, PoliciesDifferError } from "../authorization/index.ts";
import { SubjectBusyError } from "../change-requests/index.ts";
import { isIncydrOutage } from "../incydr/index.ts";
import { AppError, withCauses } from "../kernel/errors.ts";
import { databaseErrorCode, isDatabaseOutage } from "../persistence/index.ts";
import { isSlackOutage, slackErrorCode } from "../slack/index.ts";
import { SlackUnreachableError } from "./read-bot-identity.ts";

/** Names of errors by which the process, or one of its time limits, ends running work. */
const ENDED: ReadonlySet<string> = new Set(["AbortError", "TimeoutError"]);

/**
 * Whether a failure is an outage: the same work can succeed later, without a change of its data or of the program.
 * Every other failure is a fault.
 */
export function isOutage(error: unknown): boolean {
  return isDatabaseOutage(error) || isSlackOutage(error) || isIncydrOutage(error) || isWait(error);
}

/** Whether the work has to wait for other work, or the process stops. */
function isWait(error: unknown): boolean {
  return withCauses(error).some(
    (each) =>
      each instanceof IdentityUnavailableError ||
      // A replica follows changed policies within seconds.
      each instanceof PoliciesDifferError ||
      each instanceof SubjectBusyError ||
      each instanceof SlackUnreachableError ||
      ENDED.has(each.name),
  );
}

/** A short, stable code for the log, `/readyz` and the audit log. Never a name, an address or a text. */
export function errorCodeOf(error: unknown): string {
  const chain = withCauses(error);
  const codes = [
    ...chain.map(slackErrorCode),
    ...chain.map((each) => ("statusCode" in each ? `http_${String(each.statusCode)}` : null)),
    ...chain.map((each) => (each instanceof AppError ? each.code : null)),
    databaseErrorCode(error),
    isDatabaseOutage(error) ? "no_answer" : null,
    error instanceof Error ? error.name : null,
  ];
  const code = codes.find((each) => each !== null) ?? "unknown";
  return /^[\w.-]{1,64}$/.test(code) ? code : "unknown";
}
