import { createUnitOfWork, NO_JOBS, openDatabase } from "../../src/persistence/index.ts";
import { someFacts, someNewRequest, someTarget } from "./domain-objects.ts";
import type { World } from "./world.ts";

/** A role that a request gave for an hour. */
export interface TemporaryRole {
  readonly requestId: number;
  readonly userId: string;
}

/**
 * Stores such a request, and gives the role in Incydr. Its time ends in `endsInMs`: default 0, so that the bot takes
 * the role away when it starts.
 */
export async function giveTemporaryRole(
  { env, incydr }: World,
  username: string,
  endsInMs = 0,
): Promise<TemporaryRole> {
  const role = { id: "alert-emails", name: "Alert Emails" };
  const { userId } = incydr.tenant.user(username);
  incydr.control.edit.setRoles(username, [...incydr.tenant.rolesOf(userId), role.id]);
  const facts = someFacts({ userId, username, displayName: username });
  const targets = [someTarget({ facts, state: "verified", settledAt: new Date(), slackUserIds: [] })];
  const change = { kind: "add_roles", roles: [role], grantHours: 1 } as const;
  const endsAt = new Date(Date.now() + endsInMs);
  const grantedAt = new Date(endsAt.getTime() - 3_600_000);
  await using database = openDatabase({ connectionString: env.DATABASE_URL ?? "", log: () => {} });
  const requestId = await createUnitOfWork(database.db, NO_JOBS).run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", change, targets }));
    await tx.grants.insert([{ requestId: id, userId, role, grantedAt, endsAt }]);
    return id;
  });
  return { requestId, userId };
}
