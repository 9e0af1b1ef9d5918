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

/** What is known right after a write, before the subject is read again. */
export type WriteResult =
  /** Incydr said that it did it. */
  | { readonly kind: "answered" }
  /** Incydr said that it left a part of it out: these roles, or none where it didn't say which. */
  | { readonly kind: "partly"; readonly explanation: string; readonly leftOut: readonly string[] }
  /** Incydr said no, or the change can't be expressed. `isOutage`: the API client lacks a permission. */
  | { readonly kind: "refused"; readonly explanation: string; readonly isOutage: boolean }
  /** The write provably did not take effect: because Incydr is down, or because the subject has changed. */
  | {
      readonly kind: "without_effect";
      readonly explanation: string;
      readonly because: "down" | "changed" | "frozen";
    }
  /** It may have taken effect, or not. */
  | { readonly kind: "unknown"; readonly explanation: string };

/**
 * Writes one change to Incydr, once, within `deadlineMs`; sends nothing when that has passed already.
 * @throws whatever is not an error of the Incydr client.
 */
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
  try {
    switch (change.kind) {
      case "deactivate":
        // Never sent twice in the dark: whoever doesn't know the outcome reads the subject first.
        await users.deactivate(userId, { ...call, repeatIfUnknown: false });
        break;
      case "activate":
        await users.activate(userId, { ...call, repeatIfUnknown: false });
        break;
      case "move":
        await users.move(userId, parseOrgGuid(change.org.guid), { ...call, repeatIfUnknown: false });
        break;
      case "add_roles":
        await users.addRoles(
          userId,
          change.roles.map(({ id }) => id),
          { ...call, expected },
        );
        break;
      case "remove_roles":
        await users.removeRoles(
          userId,
          change.roles.map(({ id }) => id),
          { ...call, expected },
        );
        break;
      case "replace_roles":
        await users.updateRoles(
          userId,
          change.roles.map(({ id }) => id),
          { ...call, expected },
        );
        break;
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

/** Every write was stopped while this one waited for its turn. */
class WritesFrozen extends Error {}

/** Incydr's words for it are those of the older console API, as a 400; a 404 is the other way it may say so. */
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
  // Once Incydr has answered nothing is on its way any more: what became of it is there to be read.
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
