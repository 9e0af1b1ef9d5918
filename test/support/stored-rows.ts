import type { AuditEntry, AuditEvent } from "../../src/audit/index.ts";
import type { ChangeRequest, GrantPatch, NewChangeRequest } from "../../src/change-requests/index.ts";
import { createAuditReader } from "../../src/persistence/index.ts";
import type { Preflight, RoleRef } from "../../src/subjects/index.ts";
import { someFacts, someNewRequest, someTarget } from "./domain-objects.ts";
import type { Replica } from "./test-store.ts";

type Stored = Pick<Replica, "uow">;

export const ALERTS: RoleRef = { id: "alert-emails", name: "Alert Emails" };
export const WATCHLISTS: RoleRef = { id: "watchlist-manager", name: "Watchlist Manager" };

/** Stores Maya's request to deactivate Nadia, with these changes; resolves to its number. */
export async function insertRequest({ uow }: Stored, patch: Partial<NewChangeRequest> = {}): Promise<number> {
  return (await uow.run((tx) => tx.requests.insert(someNewRequest(patch)))).id;
}

/** Targets with these Incydr ids, in this order. */
export function targetsOf(...userIds: readonly string[]) {
  return userIds.map((userId, position) =>
    someTarget({ position, facts: someFacts({ userId, username: `${userId}@harborlight.example` }) }),
  );
}

export async function readRequest({ uow }: Stored, id: number): Promise<ChangeRequest> {
  const request = await uow.read(({ requests }) => requests.get(id));
  if (!request) throw new Error(`There is no request ${id}.`);
  return request;
}

/** Temporary roles that a request gave. */
export interface GivenRoles {
  /** Default Nadia. */
  readonly to?: Preflight;
  /** Default Alert Emails. */
  readonly roles?: readonly RoleRef[];
  /** Further subjects of the request, who get no role. */
  readonly others?: readonly Preflight[];
  /** Default 2026-11-01T10:00:00Z. */
  readonly grantedAt?: Date;
  /** Default one. */
  readonly hours?: number;
  /** Changes to the grants, once they are stored. */
  readonly patch?: GrantPatch | null;
}

/** Stores a finished request that gave roles for a limited time; resolves to its number. */
export function giveRoles({ uow }: Stored, given: GivenRoles = {}): Promise<number> {
  const { to = someFacts(), roles = [ALERTS], others = [], hours = 1, patch = null } = given;
  const { grantedAt = new Date("2026-11-01T10:00:00Z") } = given;
  const targets = [to, ...others].map((facts, position) =>
    someTarget({ position, facts, state: "verified" }),
  );
  const change = { kind: "add_roles", roles, grantHours: hours } as const;
  const endsAt = new Date(grantedAt.getTime() + hours * 3_600_000);
  return uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", change, targets }));
    const grants = roles.map((role) => ({ requestId: id, userId: to.userId, role, grantedAt, endsAt }));
    await tx.grants.insert(grants);
    if (patch) for (const grant of grants) await tx.grants.update(grant, patch);
    return id;
  });
}

/** An event by the bot without a subject. */
export function someAuditEvent(patch: Partial<AuditEvent> = {}): AuditEvent {
  return {
    kind: "subject.looked_up",
    at: new Date("2026-11-01T09:00:00Z"),
    actor: "bot",
    requestId: null,
    subject: null,
    policyHash: null,
    details: {},
    ...patch,
  };
}

/** The audit log, oldest entry first. */
export async function auditLog({ database }: Pick<Replica, "database">): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of createAuditReader(database.db).all()) entries.push(entry);
  return entries;
}

export async function auditKinds(replica: Pick<Replica, "database">): Promise<string[]> {
  return (await auditLog(replica)).map(({ kind }) => kind);
}
