import { policiesRecorded } from "../audit/index.ts";
import { createPolicyEngine, loadPolicies, principalId } from "../authorization/index.ts";
import { openDatabase } from "../persistence/index.ts";
import { authorizeHere, createCommandLineStore } from "./command-line-door.ts";
import type { CommandResult } from "./command-result.ts";

/**
 * Lets the policies of a folder decide from now on, also if they did so before and were superseded, or lack files of
 * those that decide. Audited with who did it; the running bot tells the audit channel with its next entry.
 * @throws {ForbiddenError} when the policies that decide don't let whoever is here.
 */
export async function acceptPolicies(folder: string, connectionString: string): Promise<CommandResult> {
  const set = await loadPolicies(folder);
  const { hash, groups } = createPolicyEngine(set);
  await using database = openDatabase({ connectionString, log: () => {} });
  const store = createCommandLineStore(database);
  const { uow, clock } = store;
  const slackUserId = principalId(await authorizeHere(store, folder, "set_policies"));
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
