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
import {
  createDatabaseClock,
  createInstantReader,
  createUnitOfWork,
  type Database,
  NO_JOBS,
} from "../persistence/index.ts";

/** Makes the parts of an open database for a command. Jobs of its transactions are dropped. */
export function createCliStore({ db, pool }: Pick<Database, "db" | "pool">) {
  return {
    uow: createUnitOfWork(db, NO_JOBS),
    /** Shows the machine's time until the first measurement. */
    clock: createDatabaseClock({ readInstantMs: createInstantReader(pool) }),
  };
}

/**
 * Authorizes the person at the command line by the recorded policies of the replicas, or else by the folder's.
 * @throws {ForbiddenError} after auditing the attempt
 */
export async function authorizeCliUser(
  { uow, clock }: ReturnType<typeof createCliStore>,
  folder: string,
  action: TenantAction,
): Promise<CommandLineUser> {
  const user = { osUser: userInfo().username };
  const engine = createPolicyEngine((await decidingPolicies(uow)) ?? (await loadPolicies(folder)));
  const recordForbidden = createRecordForbidden({ uow, clock });
  const refuse = () => Promise.reject(new Error("The command line has no Slack user."));
  const authorizer = createAuthorizer({
    engine,
    directory: {
      person: refuse,
      idsByEmail: async () => [],
    },
    decidingHash: async () => engine.hash,
    earlierPolicies: async () => null,
    identify: refuse,
    recordForbidden: async (attempt) => {
      await clock.measure();
      await recordForbidden(attempt);
    },
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
