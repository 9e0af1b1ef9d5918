import { createDirectoryStore, openDatabase } from "../../src/persistence/index.ts";
import type { DirectoryUser } from "../../src/subjects/index.ts";
import type { World } from "./world.ts";

/** Fills the bot's directory with all users of the tenant, as a complete reading would. */
export async function fillDirectory({ env, incydr }: Pick<World, "env" | "incydr">): Promise<void> {
  await using database = openDatabase({ connectionString: env.DATABASE_URL ?? "", log: () => {} });
  const readAt = new Date();
  const users = incydr.tenant.users.flatMap((user): DirectoryUser[] => {
    const { userId, username, firstName, lastName, active, blocked, orgGuid, orgName } = user;
    if (userId === null || username === null) return [];
    const displayName = `${firstName ?? ""} ${lastName ?? ""}`.trim() || username;
    return [{ userId, username, displayName, active, blocked, orgGuid, orgName, readAt }];
  });
  const store = createDirectoryStore(database.db);
  for (let at = 0; at < users.length; at += 500) await store.saveUsers(users.slice(at, at + 500));
}
