import type { AuditEvent } from "../../audit/index.ts";
import type { OperatorRef } from "../model/change-request.ts";

/** The audit event of something that somebody tried and that came to nothing, though no policy forbade it. */
export function rejectedAttempt(attempt: {
  at: Date;
  actor: OperatorRef;
  details: AuditEvent["details"];
  requestId?: string;
  subject?: string | null;
}): AuditEvent {
  const { at, actor, details, requestId = null, subject = null } = attempt;
  return { kind: "attempt.rejected", at, actor, requestId, subject, policyHash: null, details };
}
