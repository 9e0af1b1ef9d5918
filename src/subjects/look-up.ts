import { type AuditEvent, rejectedAttempt, rolesListed, subjectLookedUp } from "../audit/index.ts";
import { type Authorizer, RECENT } from "../authorization/index.ts";
import {
  type Agent,
  createList,
  type Device,
  type DeviceQuery,
  type IncydrReader,
  isComplete,
  type List,
  listDevices,
  type Role,
  type UserId,
  type UserRole,
} from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { AppError } from "../kernel/errors.ts";
import type { FindSubject } from "./find-subject.ts";
import type { Preflight, ReadSubject } from "./preflight.ts";
import { readRoles } from "./subject-state.ts";

const INTERACTIVE = { lane: "interactive" } as const;

export interface LookUpOptions {
  readonly authorizer: Authorizer;
  readonly readSubject: ReadSubject;
  readonly findSubject: FindSubject;
  readonly incydr: IncydrReader;
  readonly record: (event: AuditEvent) => Promise<void>;
  readonly clock: Clock;
}

/** Look-ups check the policies, are audited, and change nothing in Incydr. */
export interface LookUps {
  subject(slackUserId: string, who: string): Promise<Preflight>;
  /** All devices of a user, in the order of Incydr. @throws the errors of `createFindSubject` */
  devices(slackUserId: string, who: string, filter: DeviceFilter): Promise<OwnedList<Device>>;
  /** All agents of a user. @throws the errors of `createFindSubject` */
  agents(
    slackUserId: string,
    who: string,
    filter: { readonly active: boolean | undefined },
  ): Promise<OwnedList<Agent>>;
  /** All roles that a user holds, sorted by name. @throws the errors of `createFindSubject` */
  heldRoles(slackUserId: string, who: string): Promise<HeldRoles>;
  /** The roles that the bot's API client may assign, sorted by name. */
  roles(slackUserId: string): Promise<List<Role>>;
}

/** Which devices, and in which order; `undefined` leaves both to Incydr. */
export type DeviceFilter = Pick<DeviceQuery, "active" | "blocked" | "sortKey" | "sortDir">;

/** A list that belongs to a user. */
export interface OwnedList<Item> {
  readonly userId: UserId;
  readonly username: string;
  readonly list: List<Item>;
}

/** The roles that a user holds. */
export interface HeldRoles {
  readonly userId: string;
  readonly username: string;
  readonly roles: readonly UserRole[];
}

export function createLookUps(options: LookUpOptions): LookUps {
  const { authorizer, readSubject, findSubject, incydr, record, clock } = options;

  /** Authorizes, reads and audits; an error of the reading is audited too. */
  async function lookUp<T>(
    slackUserId: string,
    attempt: { readonly action: "lookup"; readonly asked: string } | { readonly action: "list" },
    read: () => Promise<T>,
    eventOf: (by: Parameters<typeof subjectLookedUp>[0], result: T) => AuditEvent,
  ): Promise<T> {
    const { action, ...about } = attempt;
    const { email, policyHash } = await authorizer.authorize(slackUserId, action, {
      freshness: RECENT,
      about,
    });
    const by = () => ({ actor: { slackUserId, email }, at: clock.now(), policyHash });
    const result = await read().catch(async (error: unknown) => {
      if (error instanceof AppError) {
        const details = { ...attempt, fault: error.code, message: error.message };
        await record(rejectedAttempt({ ...by(), details }));
      }
      throw error;
    });
    await record(eventOf(by(), result));
    return result;
  }

  function listOf<Item>(
    slackUserId: string,
    who: string,
    listed: string,
    read: (userId: UserId) => Promise<List<Item>>,
  ): Promise<OwnedList<Item>> {
    return lookUp(
      slackUserId,
      { action: "lookup", asked: who },
      async () => {
        const { userId, username } = await findSubject(who);
        return { userId, username: username ?? userId, list: await read(userId) };
      },
      (by, { username }) => subjectLookedUp(by, username, { asked: who, listed }),
    );
  }

  return {
    subject: (slackUserId, who) =>
      lookUp(
        slackUserId,
        { action: "lookup", asked: who },
        () => readSubject(who),
        (by, { username }) => subjectLookedUp(by, username, { asked: who }),
      ),

    devices: (slackUserId, who, filter) =>
      listOf(slackUserId, who, "devices", (userId) => listDevices(incydr.users, userId, filter, INTERACTIVE)),

    agents: (slackUserId, who, filter) =>
      listOf(slackUserId, who, "agents", (userId) => incydr.agents.getAgents(userId, filter, INTERACTIVE)),

    heldRoles: (slackUserId, who) =>
      lookUp(
        slackUserId,
        { action: "lookup", asked: who },
        async () => {
          const { userId, username } = await findSubject(who);
          const roles = [...(await readRoles(incydr, userId, INTERACTIVE))].sort(byName);
          return { userId, username: username ?? userId, roles };
        },
        (by, { username }) => subjectLookedUp(by, username, { asked: who, listed: "roles" }),
      ),

    async roles(slackUserId) {
      const roles = await lookUp(
        slackUserId,
        { action: "list" },
        () => incydr.users.listRoles({ lane: "interactive" }),
        (by, { length }) => rolesListed(by, length),
      );
      return createList([...roles].sort(byName), { complete: isComplete(roles), skipped: roles.skipped });
    },
  };
}

function byName(a: Pick<Role, "roleName">, b: Pick<Role, "roleName">): number {
  return (a.roleName ?? "").localeCompare(b.roleName ?? "");
}
