import { shortened } from "../../kernel/shortened.ts";
import { invalidInput } from "./errors.ts";

declare const brand: unique symbol;

/** A type that carries a name, so that ids which must not mix don't. */
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** The id of an Incydr user: a string, because real ones are 18-digit numerals that a number cannot hold. */
export type UserId = Brand<string, "UserId">;
/** The GUID of an Incydr organization. */
export type OrgGuid = Brand<string, "OrgGuid">;
/** The id of a role, for instance `desktop-user`. */
export type RoleId = Brand<string, "RoleId">;
/** The id of an actor (the person behind one or more accounts), as watchlists use it. */
export type ActorId = Brand<string, "ActorId">;
/** The id of a legal-hold matter. */
export type MatterId = Brand<string, "MatterId">;

// No dot, slash, percent sign or blank: such an id can neither leave its place in a path nor be rewritten
// by whatever normalises URLs between here and Incydr.
const idShape = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Checks that `text` can be a user's id.
 * @throws IncydrError `invalid`, for anything else and for `roles`, which names another endpoint.
 */
export function parseUserId(text: string): UserId {
  if (typeof text !== "string" || !idShape.test(text) || text.toLowerCase() === "roles") {
    throw invalidInput(`${quoted(text)} is not a user id; look the user up by username first`);
  }
  return text as UserId; // checked just above
}

/**
 * Checks that `text` can be an organization's GUID.
 * @throws IncydrError `invalid`.
 */
export function parseOrgGuid(text: string): OrgGuid {
  if (!isIdShaped(text)) throw invalidInput(`${quoted(text)} is not an organization's GUID`);
  return text as OrgGuid; // checked just above
}

/**
 * Checks that `text` can be a role's id.
 * @throws IncydrError `invalid`.
 */
export function parseRoleId(text: string): RoleId {
  if (!isIdShaped(text)) throw invalidInput(`${quoted(text)} is not a role's id`);
  return text as RoleId; // checked just above
}

/**
 * Checks that `text` can be an actor's id.
 * @throws IncydrError `invalid`.
 */
export function parseActorId(text: string): ActorId {
  if (!isIdShaped(text)) throw invalidInput(`${quoted(text)} is not an actor's id`);
  return text as ActorId; // checked just above
}

/** Whether `text` has the shape of an id: letters, digits, `_` and `-`, at most 128 of them. */
export function isIdShaped(text: string): boolean {
  return typeof text === "string" && idShape.test(text);
}

function quoted(text: unknown): string {
  return shortened(JSON.stringify(text) ?? "undefined", 140);
}

/**
 * A username as it is compared: composed (NFC) and in lower case, in no language's own way. "K" and "k" are one
 * letter, and so are "é" and "e" with a combining accent; "ß" and "ss" are not, nor are "ı" and "i".
 */
export function foldUsername(username: string): string {
  return username.normalize("NFC").toLowerCase().normalize("NFC");
}
