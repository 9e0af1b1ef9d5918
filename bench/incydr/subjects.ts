import type { IncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import type { Subject, SubjectState } from "./workload.ts";

/** The first `count` users of a tenant that have every field that the workload needs. */
export function subjectsOf({ tenant }: IncydrSimulator, count: number): Subject[] {
  return tenant.users
    .flatMap(({ userId, username, active, orgGuid }) => {
      if (username === null || orgGuid === null || active === null) return [];
      const matters = tenant.mattersOf(userId);
      return {
        userId,
        username,
        active,
        orgGuid,
        roleIds: [...tenant.rolesOf(userId)],
        onHold: matters.some(({ membershipActive }) => membershipActive),
        deviceCount: tenant.devicesOf(userId).length,
        agentCount: tenant.agentsOf(userId).length,
        matterCount: matters.length,
        actorId: tenant.actorOf(userId)?.actorId ?? null,
      };
    })
    .slice(0, count);
}

/** The current state of a subject. */
export function stateOf({ tenant }: IncydrSimulator, { userId }: Subject): SubjectState {
  const { active, orgGuid, roleIds } = tenant.stateOf(userId);
  return { active, orgGuid: orgGuid ?? "", roleIds };
}
