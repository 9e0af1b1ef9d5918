import type { ChangeLane } from "../../subjects/index.ts";
import { type ChangeRequest, isBulk } from "../model/change-request.ts";
import type { Job } from "./job.ts";

type Urgency = Pick<ChangeRequest, "emergency" | "targetCount">;

/**
 * In which lane of the Incydr client a request is carried out: an emergency goes before everything else, and many
 * targets let others go first.
 */
export function laneOf(request: Urgency): ChangeLane {
  if (request.emergency) return "emergency";
  return isBulk(request) ? "bulk" : "change";
}

/** The job that carries a request out. */
export function executionJob(request: Urgency & Pick<ChangeRequest, "id">): Job {
  const kind = request.emergency ? "execute_emergency" : isBulk(request) ? "execute_bulk" : "execute";
  return { kind, requestId: request.id };
}
