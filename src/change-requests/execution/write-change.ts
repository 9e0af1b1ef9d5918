import {
  type IncydrClient,
  isIncydrError,
  isIncydrOutage,
  parseOrgGuid,
  parseRoleId,
  parseUserId,
  RoleFaultsError,
  RolesChangedError,
  RolesIgnoredError,
} from "../../incydr/index.ts";
import { inQuotes } from "../../kernel/quoted-name.ts";
import type { ChangeLane } from "../../subjects/index.ts";
import type { Change } from "../model/change.ts";
import type { Target } from "../model/change-request.ts";

/** The result of a write before the subject is read again. */
export type WriteResult =
  /** Incydr answered that it made the change. */
  | { readonly kind: "answered" }
  /** Incydr answered that it left out these roles, or, if the list is empty, an unknown part. */
  | { readonly kind: "partly"; readonly explanation: string; readonly leftOut: readonly string[] }
  /** Incydr refused the change, or can't express it. `isOutage`: the API client lacks a permission. */
  | { readonly kind: "refused"; readonly explanation: string; readonly isOutage: boolean }
  /** The write provably had no effect. `changed`: the subject's roles are not the expected ones. */
  | {
      readonly kind: "without_effect";
      readonly explanation: string;
      readonly because: "down" | "changed" | "frozen";
    }
  /** The write may have taken effect. */
  | { readonly kind: "unknown"; readonly explanation: string };

/** Writes one change to Incydr, once. After `deadlineMs` nothing is sent. @throws errors that are not of the Incydr client */
export async function writeChange(
  users: IncydrClient["users"],
  change: Change,
  target: Pick<Target, "userId"> & { readonly snapshot: Pick<Target["snapshot"], "roleIds"> },
  options: { lane?: ChangeLane; deadlineMs: number; isFrozen: () => Promise<boolean> },
): Promise<WriteResult> {
  const { lane = "change", deadlineMs, isFrozen } = options;
  if (deadlineMs <= 0)
    return { kind: "without_effect", explanation: "It could not be begun in time.", because: "down" };
  const userId = parseUserId(target.userId);
  const expected = (target.snapshot.roleIds ?? []).map(parseRoleId);
  const call = { lane, deadlineMs, beforeWrite: assertNotFrozen } as const;
  // The caller reads an unknown outcome, so the client must not send the write again.
  const once = { ...call, repeatIfUnknown: false } as const;
  const roleIds = "roles" in change ? change.roles.map(({ id }) => id) : [];
  try {
    switch (change.kind) {
      case "deactivate":
        await users.deactivate(userId, once);
        break;
      case "activate":
        await users.activate(userId, once);
        break;
      case "move":
        await users.move(userId, parseOrgGuid(change.org.guid), once);
        break;
      case "add_roles":
        await users.addRoles(userId, roleIds, { ...call, expected });
        break;
      case "remove_roles":
        await users.removeRoles(userId, roleIds, { ...call, expected });
        break;
      case "replace_roles":
        await users.updateRoles(userId, roleIds, { ...call, expected });
        break;
      default:
        // A kind without a case must not count as written.
        throw new TypeError(`No write is known for ${JSON.stringify(change satisfies never)}.`);
    }
    return { kind: "answered" };
  } catch (error) {
    if (change.kind === "move" && isUnknownOrg(error)) {
      const explanation = `Incydr no longer has the organization ${inQuotes(change.org.name)}.`;
      return { kind: "refused", explanation, isOutage: false };
    }
    return resultOf(error);
  }

  async function assertNotFrozen(): Promise<void> {
    if (await isFrozen()) throw new WritesFrozen("Changes to Incydr are frozen.");
  }
}

/** A freeze began while the write waited in the queue. */
class WritesFrozen extends Error {}

/** Incydr answers an unknown organization with a 400 and the words of its older console API, or with a 404. */
function isUnknownOrg(error: unknown): boolean {
  return (
    isIncydrError(error, "invalid", "not_found") &&
    /organization was not found/i.test(error.serverWords ?? "")
  );
}

function resultOf(error: unknown): WriteResult {
  if (!isIncydrError(error)) throw error;
  const explanation = error.message;
  if (error.cause instanceof WritesFrozen) return { kind: "without_effect", explanation, because: "frozen" };
  if (error instanceof RolesIgnoredError)
    return { kind: "partly", explanation, leftOut: error.ignored.map(({ roleId }) => roleId) };
  if (error instanceof RolesChangedError) return { kind: "without_effect", explanation, because: "changed" };
  if (error instanceof RoleFaultsError) return { kind: "refused", explanation, isOutage: false };
  // Incydr has answered, so the write has ended, and the outcome can be read.
  if (error.code === "outcome_unknown" && error.sent === "yes")
    return { kind: "partly", explanation, leftOut: [] };
  switch (error.code) {
    case "legal_hold":
    case "forbidden":
    case "not_found":
    case "invalid":
    case "conflict":
    case "ambiguous":
      return { kind: "refused", explanation, isOutage: isIncydrOutage(error) };
    case "unauthorized":
    case "rate_limited":
      return { kind: "without_effect", explanation, because: "down" };
    case "roles_ignored":
      return { kind: "partly", explanation, leftOut: [] };
    case "unavailable":
    case "timed_out":
    case "aborted":
    case "outcome_unknown":
    case "unexpected_answer":
      return error.sent === "no"
        ? { kind: "without_effect", explanation, because: "down" }
        : { kind: "unknown", explanation };
  }
}
