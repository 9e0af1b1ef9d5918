import { isIncydrError } from "../../incydr/index.ts";
import type { RoleRef, SubjectReader, SubjectState } from "../../subjects/index.ts";
import { isInEffect } from "./change.ts";
import { type ChangeRequest, isBulk, onlyTarget, type Target } from "./change-request.ts";
import { differences, hashSnapshots, type Snapshot, snapshotOf } from "./snapshot.ts";

/** How long a click waits for Incydr, in milliseconds. The execution reads the subject again. */
const DEADLINE_MS = 2_000;

/** The facts of a subject as read for a decision; `gone`: Incydr has no such user; `null`: unknown. */
export type SubjectNow = SubjectState | "gone" | null;

/** Reads the subject for a decision, all facts at once. Those of a bulk stay unknown. */
export async function readSubjectNow(request: ChangeRequest, subjects: SubjectReader): Promise<SubjectNow> {
  // The executor reads each subject of a bulk before its write.
  if (isBulk(request)) return null;
  try {
    return await subjects.state(onlyTarget(request).userId, { deadlineMs: DEADLINE_MS });
  } catch (error) {
    if (isIncydrError(error, "not_found")) return "gone";
    if (isIncydrError(error)) return null;
    throw error;
  }
}

/** How a subject differs from the request's card, as a sentence; `null` if not, or if that is unknown. */
export function findDrift(request: ChangeRequest, now: SubjectNow): string | null {
  if (now === null) return null;
  if (now === "gone") return "Incydr no longer has this user.";
  if (isInEffect(request.change, now)) return null;
  const snapshot = snapshotOf(request.change.kind, now);
  const isAsShown = hashSnapshots([snapshot]) === request.snapshotHash;
  return isAsShown ? null : describeDrift(onlyTarget(request), now, snapshot);
}

/** The differences between the approved snapshot and the present one, as a sentence. */
export function describeDrift(target: Target, state: SubjectState, snapshot: Snapshot): string {
  const text = differences(target.snapshot, snapshot, namesOf(target.facts.roles, state.roles)).join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function namesOf(...roles: readonly (readonly RoleRef[])[]): (roleId: string) => string {
  const names = new Map(roles.flat().map(({ id, name }) => [id, name]));
  return (roleId) => names.get(roleId) ?? roleId;
}
