import type { ChangeRequest } from "../model/change-request.ts";
import type { Transaction } from "../ports/ports.ts";
import { applyRequestEvent, type Cause } from "./apply-event.ts";

/** Takes a pending request for which the policy asks no approval on to its execution: it needs no click. */
export async function approveWithoutApprovals(
  tx: Transaction,
  request: ChangeRequest,
  cause: Pick<Cause, "at" | "policyHash">,
): Promise<void> {
  if (request.approvalsNeeded > 0) return;
  await applyRequestEvent(tx, request, "enough_approvals", {
    ...cause,
    actor: "bot",
    details: { approvals: 0, approvalsNeeded: 0 },
  });
  await tx.jobs.enqueue({ kind: "execute", requestId: request.id });
}
