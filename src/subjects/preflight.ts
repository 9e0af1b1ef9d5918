import { type IncydrReader, isIncydrError, type User } from "../incydr/index.ts";
import { CLOUD_ADMIN_ROLE, isPrivilegedRole } from "./privileged-roles.ts";

/** `unknown`: not permitted to read, or no answer. */
export type Fact = "yes" | "no" | "unknown";

/** A fact with the names behind a `yes`. */
export interface Finding {
  readonly fact: Fact;
  readonly names: readonly string[];
}

export interface RoleRef {
  readonly id: string;
  readonly name: string;
}

/** What was read of a subject before a change. */
export interface Preflight {
  readonly userId: string;
  readonly username: string;
  /** First and last name, or the username if Incydr knows neither. */
  readonly displayName: string;
  readonly orgName: string;
  readonly orgGuid: string;
  readonly active: boolean;
  readonly blocked: boolean;
  /** Sorted by id. */
  readonly roles: readonly RoleRef[];
  /** Devices that are active. */
  readonly devices: Finding;
  /** Agents that are active: they still report. */
  readonly agents: Finding;
  /** Legal-hold matters of which the subject is an active custodian. */
  readonly legalHold: Finding;
  readonly watchlists: Finding;
  readonly privileged: boolean;
  /** A Customer Cloud Admin, or on the configured list. */
  readonly protected: boolean;
}

export interface PreflightOptions {
  readonly incydr: IncydrReader;
  /** Case-folded usernames on the configured list of protected subjects. */
  readonly protectedUsernames: ReadonlySet<string>;
  /** How long a fact that may stay unknown is waited for; milliseconds. */
  readonly findingTimeoutMs?: number;
}

/** Priority of the reads: someone is waiting, or a change is being carried out. */
export type PreflightLane = "interactive" | "change";

/**
 * Makes the function that reads everything a change depends on. Account and roles have to be readable;
 * each of the others becomes `unknown` when Incydr refuses or doesn't answer in time.
 */
export function createPreflight({ incydr, protectedUsernames, findingTimeoutMs = 5_000 }: PreflightOptions) {
  return async function preflight(user: User, lane: PreflightLane = "interactive"): Promise<Preflight> {
    const { userId } = user;
    const forFindings = { lane, deadlineMs: findingTimeoutMs };
    const [roles, devices, agents, legalHold, watchlists] = await Promise.all([
      incydr.users.listUserRoles(userId, { lane }),
      finding(async () => {
        const { devices } = await incydr.users.getDevices(userId, { active: true }, forFindings);
        return devices.map(({ name, osHostname, deviceId }) => name ?? osHostname ?? deviceId ?? "unnamed");
      }),
      finding(async () => {
        const agents = await incydr.agents.getAgents(userId, { active: true }, forFindings);
        return agents.map(({ name, agentId }) => name ?? agentId ?? "unnamed");
      }),
      finding(async () => {
        const matters = await incydr.legalHold.mattersOf(userId, forFindings);
        if (matters.some(({ membershipActive }) => membershipActive === null)) return "unknown";
        return matters
          .filter(({ membershipActive }) => membershipActive)
          .map(({ name, matterId }) => name ?? matterId);
      }),
      finding(async () => {
        const { actorId } = await incydr.actors.byName(user.username ?? userId, forFindings);
        const watchlists = await incydr.watchlists.of(actorId, forFindings);
        return watchlists.map(
          ({ title, listType, watchlistId }) => title ?? listType ?? watchlistId ?? "unnamed",
        );
      }),
    ]);
    const refs = roles
      .map(({ roleId, roleName }) => ({ id: roleId as string, name: roleName ?? roleId }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const username = user.username ?? userId;
    return {
      userId,
      username,
      displayName: [user.firstName, user.lastName].filter(Boolean).join(" ") || username,
      orgName: user.orgName ?? "unknown",
      orgGuid: user.orgGuid ?? "",
      active: user.active ?? false,
      blocked: user.blocked ?? false,
      roles: refs,
      devices,
      agents,
      legalHold,
      watchlists,
      privileged: refs.some(({ name }) => isPrivilegedRole(name)),
      protected:
        refs.some(({ name }) => name === CLOUD_ADMIN_ROLE) || protectedUsernames.has(username.toLowerCase()),
    };
  };
}

export type ReadPreflight = ReturnType<typeof createPreflight>;

async function finding(read: () => Promise<readonly string[] | "unknown">): Promise<Finding> {
  try {
    const names = await read();
    if (names === "unknown") return { fact: "unknown", names: [] };
    return { fact: names.length > 0 ? "yes" : "no", names };
  } catch (error) {
    // Who is no actor (or no custodian) is on no list.
    if (isIncydrError(error, "not_found")) return { fact: "no", names: [] };
    if (isIncydrError(error)) return { fact: "unknown", names: [] };
    throw error;
  }
}
