import { type IncydrClient, IncydrError, OutcomeUnknownError } from "../../../src/incydr/index.ts";
import type { CrashInjector } from "./crash-injector.ts";

/** A user of the tenant in memory. */
export interface ModelUser {
  readonly userId: string;
  readonly username: string;
  active: boolean;
  roleIds: readonly string[];
}

/** A write that arrived, with the user after the write. */
export interface ModelWrite {
  readonly userId: string;
  readonly kind: string;
  readonly before: string;
  readonly after: string;
  readonly at: Date;
  /** Whether it arrived while all changes were stopped. */
  readonly isFrozen: boolean;
}

/** The state of the model when a write arrives. */
export interface ModelMoment {
  readonly now: () => Date;
  readonly isFrozen: () => Promise<boolean>;
}

/** A fault of the next write or the next read. */
export type ModelFault = "answer_lost" | "request_lost" | "not_sent" | "refused" | "reads_down";

/** A tenant in memory that outlives every process. */
export interface ModelTenant {
  readonly users: readonly ModelUser[];
  readonly writes: readonly ModelWrite[];
  addFault(fault: ModelFault): void;
  clearFaults(): void;
  /** The client of one process. */
  clientOf(crashes: CrashInjector): IncydrClient;
}

const ROLE_NAMES: Readonly<Record<string, string>> = {
  "desktop-user": "Desktop User",
  "alert-emails": "Alert Emails",
  "org-admin": "Org Admin",
};
export const ROLE_IDS = Object.keys(ROLE_NAMES);

export function createModelTenant(usernames: readonly string[], moment: ModelMoment): ModelTenant {
  const users: ModelUser[] = usernames.map((username, index) => ({
    userId: String(700_000_000_000_000_000n + BigInt(index)),
    username,
    active: true,
    roleIds: ["desktop-user"],
  }));
  const writes: ModelWrite[] = [];
  const faults: ModelFault[] = [];
  const take = (...kinds: ModelFault[]) => {
    const index = faults.findIndex((fault) => kinds.includes(fault));
    return index < 0 ? null : (faults.splice(index, 1)[0] ?? null);
  };

  return {
    users,
    writes,
    addFault: (fault) => void faults.push(fault),
    clearFaults: () => void faults.splice(0),
    clientOf(crashes) {
      const read =
        <T>(find: () => T) =>
        async () => {
          crashes.step();
          if (take("reads_down"))
            throw new IncydrError("unavailable", "Incydr is down.", { sent: "unknown" });
          return find();
        };
      const userOf = (id: string) => {
        const user = users.find(({ userId, username }) => userId === id || username === id);
        if (!user) throw new IncydrError("not_found", `There is no user ${id}.`, { sent: "yes" });
        return user;
      };
      const write = async (id: string, kind: string, change: (user: ModelUser) => void) => {
        crashes.step();
        const fault = take("answer_lost", "request_lost", "not_sent", "refused");
        if (fault === "not_sent") throw new IncydrError("unavailable", "No connection.", { sent: "no" });
        if (fault === "refused") throw new IncydrError("forbidden", "Not permitted.", { sent: "yes" });
        if (fault === "request_lost") throw new OutcomeUnknownError("No answer.", { sent: "unknown" });
        const user = userOf(id);
        const [before, isFrozen] = [shown(user), await moment.isFrozen()];
        change(user);
        writes.push({ userId: id, kind, before, after: shown(user), at: moment.now(), isFrozen });
        crashes.step();
        if (fault === "answer_lost") throw new OutcomeUnknownError("No answer.", { sent: "unknown" });
      };
      const roleRecord = (roleId: string) => ({ roleId, roleName: ROLE_NAMES[roleId] ?? roleId });
      const idsOf = (roles: string | readonly string[]) => (typeof roles === "string" ? [roles] : roles);
      const setRoles =
        (kind: string, decide: (held: readonly string[], given: readonly string[]) => string[]) =>
        async (id: string, roles: string | readonly string[]) => {
          await write(id, kind, (user) => {
            user.roleIds = decide(user.roleIds, idsOf(roles)).sort();
          });
          return {};
        };
      const client = {
        users: {
          getUser: (id: string) => read(() => record(userOf(id)))(),
          getPage: ({ username }: { username?: string }) =>
            read(() => {
              const found = users.filter((user) => user.username === username).map(record);
              return { users: found, totalCount: found.length };
            })(),
          listUserRoles: (id: string) => read(() => userOf(id).roleIds.map(roleRecord))(),
          listRoles: read(() => ROLE_IDS.map(roleRecord)),
          getDevices: read(() => ({ devices: [], totalCount: 0 })),
          deactivate: (id: string) =>
            write(id, "deactivate", (user) => Object.assign(user, { active: false })),
          activate: (id: string) => write(id, "activate", (user) => Object.assign(user, { active: true })),
          addRoles: setRoles("add_roles", (held, given) => [...new Set([...held, ...given])]),
          removeRoles: setRoles("remove_roles", (held, given) => held.filter((id) => !given.includes(id))),
          updateRoles: setRoles("replace_roles", (_held, given) => [...given]),
        },
        agents: { getAgents: read(() => []) },
        legalHold: { mattersOf: read(() => []) },
        actors: { byName: read(() => ({ actorId: "actor" })) },
        watchlists: { of: read(() => []) },
        orgs: { list: read(() => []), get: read(() => ({})) },
        limiter: {},
      };
      // The part of a client that the domain uses. Any other call fails at once.
      return client as unknown as IncydrClient;
    },
  };
}

/** The facts of a user that changes can alter, for comparisons. */
function shown({ active, roleIds }: Pick<ModelUser, "active" | "roleIds">): string {
  return `${active ? "active" : "inactive"}: ${[...roleIds].sort().join(" ")}`;
}

function record({ userId, username, active }: ModelUser) {
  return {
    userId,
    username,
    active,
    blocked: false,
    firstName: null,
    lastName: null,
    orgName: "Research",
    orgGuid: "org",
  };
}
