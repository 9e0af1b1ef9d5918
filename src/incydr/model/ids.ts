import { shortened } from "../../kernel/shortened.ts";
import { invalidInput } from "./errors.ts";

declare const brand: unique symbol;

/** A type with a name, so that the compiler refuses an id of another kind. */
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** The id of an Incydr user. Real ids have 18 digits, more than a JavaScript number can hold. */
export type UserId = Brand<string, "UserId">;
export type OrgGuid = Brand<string, "OrgGuid">;
/** The id of a role, for instance `desktop-user`. */
export type RoleId = Brand<string, "RoleId">;
/** The id of an actor (the person behind one or more accounts), as watchlists use it. */
export type ActorId = Brand<string, "ActorId">;
export type MatterId = Brand<string, "MatterId">;

// Without dots, slashes, percent signs and spaces, an id can't change the path of a request, and no proxy rewrites it.
const idShape = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Checks that `text` can be a user's id.
 * @throws IncydrError `invalid` if it can't, also for `roles`, which names another endpoint
 */
export function parseUserId(text: string): UserId {
  if (!isIdShaped(text) || text.toLowerCase() === "roles") {
    throw invalidInput(`${quoted(text)} is not a user id; look the user up by username first`);
  }
  return text as UserId; // checked just above
}

/** Checks that `text` can be an organization's GUID. @throws IncydrError `invalid` if it can't */
export function parseOrgGuid(text: string): OrgGuid {
  return checkedId(text, "an organization's GUID") as OrgGuid; // checked there, as below
}

/** Checks that `text` can be a role's id. @throws IncydrError `invalid` if it can't */
export function parseRoleId(text: string): RoleId {
  return checkedId(text, "a role's id") as RoleId;
}

/** Checks that `text` can be an actor's id. @throws IncydrError `invalid` if it can't */
export function parseActorId(text: string): ActorId {
  return checkedId(text, "an actor's id") as ActorId;
}

/** Whether `text` has the shape of an id: letters, digits, `_` and `-`, at most 128 of them. */
export function isIdShaped(text: string): boolean {
  return typeof text === "string" && idShape.test(text);
}

function checkedId(text: string, kind: string): string {
  if (!isIdShaped(text)) throw invalidInput(`${quoted(text)} is not ${kind}`);
  return text;
}

function quoted(text: unknown): string {
  return shortened(JSON.stringify(text) ?? "undefined", 140);
}

/**
 * The form in which usernames are compared: composed (Unicode NFC) and in lower case, by the rules of no single
 * language. "K" equals "k", and "é" equals "e" with a combining accent; "ß" differs from "ss", and "ı" from "i".
 */
export function foldUsername(username: string): string {
  return username.normalize("NFC").toLowerCase().normalize("NFC");
}
