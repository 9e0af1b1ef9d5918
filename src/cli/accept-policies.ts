import { policiesRecorded } from "../audit/index.ts";
import { createPolicyEngine, loadPolicies, principalId } from "../authorization/index.ts";
import { openDatabase } from "../persistence/index.ts";
import { authorizeCliUser, createCliStore } from "./authorize-cli-user.ts";
import type { CommandResult } from "./command-result.ts";

/**
 * Lets the policies of a folder decide from now on, also if they did so before and were superseded, or lack files of
 * those that decide. Audited with who did it; the running bot tells the audit channel with its next entry.
 * @throws {ForbiddenError} if the policies that decide forbid it to the person at the command line.
 */
export async function acceptPolicies(folder: string, connectionString: string): Promise<CommandResult> {
  const set = await loadPolicies(folder);
  const { hash, groups } = createPolicyEngine(set);
  await using database = openDatabase({ connectionString, log: () => {} });
  const store = createCliStore(database);
  const { uow, clock } = store;
  const slackUserId = principalId(await authorizeCliUser(store, folder, "set_policies"));
  await clock.measure();
  const at = clock.now();
  const isNew = await uow.run(async (tx) => {
    if ((await tx.policies.current({ forChange: true })) === hash) return false;
    await tx.policies.keep(hash, set.sources);
    await tx.policies.record(hash, at);
    const occasion = { actor: { slackUserId, email: null }, at, policyHash: hash };
    await tx.audit.append(policiesRecorded(occasion, groups));
    return true;
  });
  const text = isNew ? "decide from now on" : "decide already";
  return { text: `The policies with hash ${hash} ${text}.`, ok: true };
}
