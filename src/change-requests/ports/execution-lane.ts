import type { ChangeLane } from "../../subjects/index.ts";
import { type ChangeRequest, isBulk } from "../model/change-request.ts";
import type { Job } from "./job.ts";

type Urgency = Pick<ChangeRequest, "emergency" | "targetCount">;

/** The lane of a request's calls to Incydr. An emergency goes first, and a bulk lets others go first. */
export function laneOf(request: Urgency): ChangeLane {
  if (request.emergency) return "emergency";
  return isBulk(request) ? "bulk" : "change";
}

export function executionJob(request: Urgency & Pick<ChangeRequest, "id">): Job {
  const kind = request.emergency ? "execute_emergency" : isBulk(request) ? "execute_bulk" : "execute";
  return { kind, requestId: request.id };
}
