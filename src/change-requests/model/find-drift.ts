import { isIncydrError } from "../../incydr/index.ts";
import type { RoleRef, SubjectReader, SubjectState } from "../../subjects/index.ts";
import { isInEffect } from "./change.ts";
import { type ChangeRequest, isBulk, onlyTarget, type Target } from "./change-request.ts";
import { differences, hashSnapshots, type Snapshot, snapshotOf } from "./snapshot.ts";

/** How long somebody who clicked waits for Incydr, in milliseconds; the execution asks again anyway. */
const DEADLINE_MS = 2_000;

/**
 * What of a subject is no longer as the request's card shows it, in a sentence; `null` if nothing, or if
 * Incydr doesn't answer now: before the write it is read again.
 */
export async function findDrift(request: ChangeRequest, subjects: SubjectReader): Promise<string | null> {
  // Of many subjects each is read before its write, and only those that have changed are left alone.
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

/** The difference between what was approved and what is, in a sentence. */
export function describeDrift(target: Target, state: SubjectState, snapshot: Snapshot): string {
  const text = differences(target.snapshot, snapshot, namesOf(target.facts.roles, state.roles)).join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function namesOf(...roles: readonly (readonly RoleRef[])[]): (roleId: string) => string {
  const names = new Map(roles.flat().map(({ id, name }) => [id, name]));
  return (roleId) => names.get(roleId) ?? roleId;
}
