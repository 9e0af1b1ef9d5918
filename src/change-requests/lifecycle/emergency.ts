import type { Authorizer, Person } from "../../authorization/index.ts";
import type { ChangeRequest, EmergencyTerms } from "../model/change-request.ts";
import { executionJob } from "../ports/execution-lane.ts";
import type { Transaction } from "../ports/ports.ts";
import { approvedTopic } from "./apply-event.ts";

/** What the policies ask of an emergency change now; `ratifyWithinHours` is for policies that don't say. */
export function emergencyTerms(
  authorizer: Authorizer,
  requester: Person,
  about: Parameters<Authorizer["check"]>[2],
  { ratifyWithinHours }: { ratifyWithinHours: number },
): EmergencyTerms {
  const terms = authorizer.terms(requester, { ...about, action: "emergency" });
  return {
    ratifyWithinHours: terms.ratifyWithinHours ?? ratifyWithinHours,
    escalateTo: terms.escalateTo,
  };
}

/** Leaves, with an emergency that was just stored, what carries it out and says so loudly. */
export async function beginEmergency(tx: Transaction, request: ChangeRequest): Promise<void> {
  await tx.jobs.enqueue(executionJob(request));
  await tx.jobs.enqueue({ kind: "sound_alarm", requestId: request.id, topic: "begun" });
  await tx.jobs.enqueue({ kind: "announce", requestId: request.id, topic: approvedTopic(request) });
}
