import { isIncydrError } from "../../incydr/index.ts";
import type { RoleRef, SubjectReader, SubjectState } from "../../subjects/index.ts";
import { isInEffect } from "./change.ts";
import { type ChangeRequest, isBulk, onlyTarget, type Target } from "./change-request.ts";
import { differences, hashSnapshots, type Snapshot, snapshotOf } from "./snapshot.ts";

/** How long a click waits for Incydr, in milliseconds. The execution reads the subject again. */
const DEADLINE_MS = 2_000;

/** A sentence about how a subject differs from the request's card; `null` without a difference or an answer. */
export async function findDrift(request: ChangeRequest, subjects: SubjectReader): Promise<string | null> {
  // The executor compares each subject of a bulk before its write.
  if (isBulk(request)) return null;
  const target = onlyTarget(request);
  try {
    const state = await subjects.state(target.userId, { deadlineMs: DEADLINE_MS });
    if (isInEffect(request.change, state)) return null;
    const snapshot = snapshotOf(request.change.kind, state);
    return hashSnapshots([snapshot]) === request.snapshotHash ? null : describeDrift(target, state, snapshot);
  } catch (error) {
    if (isIncydrError(error, "not_found")) return "Incydr no longer has this user.";
    if (isIncydrError(error)) return null;
    throw error;
  }
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
