import { userInfo } from "node:os";
import {
  type CommandLineUser,
  createAuthorizer,
  createPolicyEngine,
  loadPolicies,
  type PolicySet,
  parsePolicies,
  type TenantAction,
} from "../authorization/index.ts";
import { createRecordForbidden, type UnitOfWork } from "../change-requests/index.ts";
import { systemClock } from "../kernel/clock.ts";

/**
 * Lets whoever is at the command line do something, or throws: asks the policies that decide for every replica, or
 * those of the folder where none decided yet.
 * @throws {ForbiddenError} after auditing the attempt.
 */
export async function authorizeHere(
  uow: UnitOfWork,
  folder: string,
  action: TenantAction,
): Promise<CommandLineUser> {
  const user = { osUser: userInfo().username };
  const engine = createPolicyEngine((await decidingPolicies(uow)) ?? (await loadPolicies(folder)));
  const authorizer = createAuthorizer({
    engine,
    directory: {
      person: () => Promise.reject(new Error("Nobody in Slack acts at the command line.")),
      idsByEmail: async () => [],
    },
    decidingHash: async () => engine.hash,
    earlierPolicies: async () => null,
    identify: () => Promise.reject(new Error("Nobody in Slack acts at the command line.")),
    recordForbidden: createRecordForbidden({ uow, clock: systemClock }),
  });
  await authorizer.authorizeCommandLine(user, action);
  return user;
}

function decidingPolicies(uow: UnitOfWork): Promise<PolicySet | null> {
  return uow.run(async ({ policies }) => {
    const current = await policies.current({ forChange: false });
    const sources = current && (await policies.sources(current));
    return sources ? parsePolicies(sources) : null;
  });
}
