import { z } from "zod";
import { storableText } from "../../kernel/storable-text.ts";
import type { ActorId, MatterId, OrgGuid, RoleId, UserId } from "../model/ids.ts";

// `2022-07-14T16:49:11.166000Z`, also with another offset, without one, or without a time.
const dateShape =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?([Zz]|[+-]\d{2}:?\d{2})?)?$/;

// Every field except the id of the record may be missing or null. A numeric id is accepted only if a JavaScript number
// can hold it, because the JSON parser rounds numbers of 18 digits.
const id = z.union([z.string().min(1), z.int().transform(String)]);
// The casts give a checked text its brand, which exists for the compiler alone.
const userId = id.transform((text) => text as UserId);
const orgGuid = id.transform((text) => text as OrgGuid);
const roleId = id.transform((text) => text as RoleId);
const actorId = id.transform((text) => text as ActorId);
const matterId = id.transform((text) => text as MatterId);

// A value of the wrong type counts as missing, so that one odd value does not make a whole page unreadable.
const optional = <Out>(schema: z.ZodType<Out>) =>
  schema
    .nullish()
    .transform((value) => value ?? null)
    .catch(null);
// PostgreSQL refuses some characters. A hash over them would differ from the hash over the stored text.
const text = optional(z.string().transform(storableText));
const flag = optional(z.boolean());
const count = optional(z.number());
const optionalId = optional(id);
const texts = optional(z.array(z.string().transform(storableText))).transform(
  (list): readonly string[] => list ?? [],
);
// An unreadable date is null, because no decision depends on a date.
const date = z.unknown().optional().transform(parseIncydrDate);

const dated = { creationDate: date, modificationDate: date };

/** The schema of a record. Fields that `shape` doesn't name are kept on the object, but are not in its type. */
function record<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodType<Readonly<z.output<z.ZodObject<Shape>>>> {
  return z.looseObject(shape);
}

// A total may be a text. An impossible total counts as missing. The other members of an answer are left out, because
// there may be many and none is used.
export const envelope = z.object({
  totalCount: optional(
    z.union([
      z.int().min(0),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ]),
  ),
});

export const user = record({
  userId,
  legacyUserId: optionalId,
  username: text,
  firstName: text,
  lastName: text,
  legacyOrgId: optionalId,
  orgId: optionalId,
  orgGuid: optional(orgGuid),
  orgName: text,
  notes: text,
  active: flag,
  blocked: flag,
  ...dated,
});
/** An account in Incydr. */
export type User = z.output<typeof user>;

export const userRole = record({ roleId, roleName: text, permissionIds: texts, ...dated });
export type UserRole = z.output<typeof userRole>;

const permission = record({ permission: text, description: text });
export type RolePermission = z.output<typeof permission>;

export const role = record({
  roleId,
  roleName: text,
  permissions: optional(z.array(permission)).transform((list): readonly RolePermission[] => list ?? []),
  ...dated,
});
/** A role that this API client may assign. */
export type Role = z.output<typeof role>;

// Strict, because the ids decide whether a change counts as made. The length is checked before the ids are.
const roleIds = z
  .array(z.unknown())
  .max(1_000)
  .pipe(z.array(roleId))
  .nullish()
  .transform((list): readonly RoleId[] => list ?? []);

export const updatedRoles = record({
  processedReplacementRoleIds: roleIds,
  newlyAssignedRolesIds: roleIds,
  unassignedRolesIds: roleIds,
  ignoredRolesIds: roleIds,
});
/** The result of a replacement of roles; the spelling of the fields is Incydr's. */
export type UpdateRolesResponse = z.output<typeof updatedRoles>;

export const device = record({
  deviceId: optionalId,
  legacyDeviceId: optionalId,
  name: text,
  osHostname: text,
  status: text,
  active: flag,
  blocked: flag,
  /** 0 ok, 1 warning, 2 critical. */
  alertState: count,
  userId: optional(userId),
  legacyUserId: optionalId,
  orgId: optionalId,
  legacyOrgId: optionalId,
  orgGuid: optional(orgGuid),
  externalReferenceInfo: text,
  notes: text,
  lastConnected: date,
  osName: text,
  osVersion: text,
  osArch: text,
  address: text,
  remoteAddress: text,
  timeZone: text,
  version: optionalId,
  build: optionalId,
  loginDate: date,
  ...dated,
});
/** A device of the backup agent. */
export type Device = z.output<typeof device>;

export const agent = record({
  agentId: optionalId,
  name: text,
  userId: optional(userId),
  osHostname: text,
  osName: text,
  machineId: text,
  serialNumber: text,
  active: flag,
  /** `CODE42`, `CODE42AAT`, `COMBINED` or one not known yet. */
  agentType: text,
  agentHealthIssueTypes: texts,
  agentHealthModificationDate: date,
  appVersion: text,
  productVersion: text,
  lastConnected: date,
  externalReference: text,
  ...dated,
});
/** An endpoint agent that reports activity. */
export type Agent = z.output<typeof agent>;

export const org = record({
  orgGuid,
  orgName: text,
  parentOrgGuid: optional(orgGuid),
  active: flag,
  userCount: count,
  ...dated,
});
export type Org = z.output<typeof org>;

export const matter = record({
  matterId,
  name: text,
  /** Null means unknown, not false. */
  membershipActive: flag,
  membershipCreationDate: date,
});
/** A user's membership of a legal-hold matter. */
export type LegalHoldMatter = z.output<typeof matter>;

export const watchlist = record({ watchlistId: optionalId, listType: text, title: text, description: text });
/** A watchlist that an actor is on. */
export type Watchlist = z.output<typeof watchlist>;

export const actor = record({
  actorId,
  name: text,
  active: flag,
  firstName: text,
  lastName: text,
  parentActorId: optional(actorId),
  managerActorId: optional(actorId),
  department: text,
  title: text,
  notes: text,
});
/** The person behind one or more accounts. */
export type Actor = z.output<typeof actor>;

/** A date of an answer. Without an offset it is UTC. Null for anything that isn't a date of the calendar. */
export function parseIncydrDate(value: unknown): Date | null {
  const match = typeof value === "string" ? dateShape.exec(value.trim()) : null;
  const [, day, time = "00:00", offset = "Z"] = match ?? [];
  if (day === undefined || !isCalendarDay(day)) return null;
  const parsed = new Date(`${day}T${time}${withColon(offset.toUpperCase())}`);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}

// JavaScript reads 30 February as 2 March.
function isCalendarDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

function withColon(offset: string): string {
  return offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
}
