import { z } from "zod";
import { storableText } from "../../kernel/storable-text.ts";
import type { ActorId, MatterId, OrgGuid, RoleId, UserId } from "../model/ids.ts";
import type {
  Actor,
  Agent,
  Device,
  LegalHoldMatter,
  Org,
  Role,
  UpdateRolesResponse,
  User,
  UserRole,
  Watchlist,
} from "../model/types.ts";
import { readRecords } from "./read-records.ts";

// `2022-07-14T16:49:11.166000Z`, also with another offset, without one, or without a time.
const dateShape =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?([Zz]|[+-]\d{2}:?\d{2})?)?$/;

// Every field may be missing or null but the id that a record is known by. An id that came as a number
// is taken only if a number can hold it: 18-digit ids would have been rounded by the JSON parser.
const id = z.union([z.string().min(1), z.int().transform(String)]);
// The casts give a checked text its brand, which exists for the compiler alone.
const userId = id.transform((text) => text as UserId);
const orgGuid = id.transform((text) => text as OrgGuid);
const roleId = id.transform((text) => text as RoleId);
const actorId = id.transform((text) => text as ActorId);
const matterId = id.transform((text) => text as MatterId);

// What is of another type than it should be counts as missing: one odd note must not hide a whole page.
const optional = <Out>(schema: z.ZodType<Out>) =>
  schema
    .nullish()
    .transform((value) => value ?? null)
    .catch(null);
// PostgreSQL refuses some characters, and a hash over them would never be that of what is stored.
const text = optional(z.string().transform(storableText));
const flag = optional(z.boolean());
const count = optional(z.number());
// A total may come as text. An impossible one counts as missing.
const total = optional(
  z.union([
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ]),
);
const optionalId = optional(id);
const texts = optional(z.array(z.string().transform(storableText))).transform((list) => list ?? []);
// An odd date is null, for no decision depends on one.
const date = z.unknown().optional().transform(parseIncydrDate);

const dated = { creationDate: date, modificationDate: date };

const user: z.ZodType<User> = z.looseObject({
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

const userRole: z.ZodType<UserRole> = z.looseObject({
  roleId,
  roleName: text,
  permissionIds: texts,
  ...dated,
});

const permission = z.looseObject({ permission: text, description: text });

const role: z.ZodType<Role> = z.looseObject({
  roleId,
  roleName: text,
  permissions: optional(z.array(permission)).transform((list) => list ?? []),
  ...dated,
});

// Strict, because the ids decide whether a change counts as made. The length is checked before the ids are.
const roleIds = z.array(z.unknown()).max(1_000).pipe(z.array(roleId)).nullish();

const device: z.ZodType<Device> = z.looseObject({
  deviceId: optionalId,
  legacyDeviceId: optionalId,
  name: text,
  osHostname: text,
  status: text,
  active: flag,
  blocked: flag,
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

const agent: z.ZodType<Agent> = z.looseObject({
  agentId: optionalId,
  name: text,
  userId: optional(userId),
  osHostname: text,
  osName: text,
  machineId: text,
  serialNumber: text,
  active: flag,
  agentType: text,
  agentHealthIssueTypes: texts,
  agentHealthModificationDate: date,
  appVersion: text,
  productVersion: text,
  lastConnected: date,
  externalReference: text,
  ...dated,
});

const org: z.ZodType<Org> = z.looseObject({
  orgGuid,
  orgName: text,
  parentOrgGuid: optional(orgGuid),
  active: flag,
  userCount: count,
  ...dated,
});

const matter: z.ZodType<LegalHoldMatter> = z.looseObject({
  matterId,
  name: text,
  membershipActive: flag,
  membershipCreationDate: date,
});

const watchlist: z.ZodType<Watchlist> = z.looseObject({
  watchlistId: optionalId,
  listType: text,
  title: text,
  description: text,
});

const actor: z.ZodType<Actor> = z.looseObject({
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

// Without the other members of the answer: they may be many, and none is used.
const envelope = z.object({ totalCount: total });

const page =
  <Out>(field: string, item: z.ZodType<Out>) =>
  async (json: unknown) => {
    const { totalCount } = envelope.parse(json);
    const list = await readRecords(item, memberOf(json, field), { path: [field] });
    return { ...list, totalCount };
  };

function memberOf(json: unknown, field: string): unknown {
  return typeof json === "object" && json !== null ? Reflect.get(json, field) : undefined;
}

/** The shapes of the answers; unknown fields of records are kept. Lists are functions, which read in slices. */
export const answers = {
  user,
  users: page("users", user),
  // Strict: the whole set is written back, and decides whether the user is protected.
  userRoles: async (json: unknown) => {
    const { totalCount } = envelope.parse(json);
    const options = { path: ["roles"], maxUnreadable: 0 };
    const { items: roles } = await readRecords(userRole, memberOf(json, "roles"), options);
    return { roles, totalCount };
  },
  role,
  roles: (json: unknown) => readRecords(role, json),
  updatedRoles: z.looseObject({
    processedReplacementRoleIds: roleIds.transform((list) => list ?? []),
    newlyAssignedRolesIds: roleIds.transform((list) => list ?? []),
    unassignedRolesIds: roleIds.transform((list) => list ?? []),
    ignoredRolesIds: roleIds.transform((list) => list ?? []),
  }) satisfies z.ZodType<UpdateRolesResponse>,
  devices: page("devices", device),
  org,
  orgs: page("orgs", org),
  agents: page("agents", agent),
  matters: page("matters", matter),
  watchlists: page("watchlists", watchlist),
  actor,
  actors: page("actors", actor),
};

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
