import type { Authorizer, Person } from "../authorization/index.ts";
import { approvedTopic } from "./apply-event.ts";
import type { ChangeRequest, EmergencyTerms } from "./change-request.ts";
import type { Job, Transaction } from "./ports.ts";

/** In which lane of the Incydr client a request is carried out: an emergency goes before everything else. */
export function laneOf({ emergency }: Pick<ChangeRequest, "emergency">): "emergency" | "change" {
  return emergency ? "emergency" : "change";
}

/** The job that carries a request out. */
export function executionJob({ id, emergency }: Pick<ChangeRequest, "id" | "emergency">): Job {
  return { kind: emergency ? "execute_emergency" : "execute", requestId: id };
}

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
