import { userInfo } from "node:os";
import { createPolicyEngine, loadPolicies, principalId } from "../authorization/index.ts";
import { systemClock } from "../kernel/clock.ts";
import { createUnitOfWork, openDatabase } from "../persistence/index.ts";
import type { CommandResult } from "./command-result.ts";

/**
 * Lets the policies of a folder decide from now on, also if they did so before and were superseded. Audited
 * with who did it; the running bot tells the audit channel with its next entry.
 */
export async function acceptPolicies(folder: string, connectionString: string): Promise<CommandResult> {
  const { hash, groups } = createPolicyEngine(await loadPolicies(folder));
  await using database = openDatabase({ connectionString, log: () => {} });
  const at = systemClock.now();
  const slackUserId = principalId({ osUser: userInfo().username });
  const uow = createUnitOfWork(database.db, async () => {});
  const isNew = await uow.run(async (tx) => {
    if ((await tx.policies.current({ forChange: true })) === hash) return false;
    await tx.policies.record(hash, at);
    await tx.audit.append({
      kind: "policies.recorded",
      at,
      actor: { slackUserId, email: null },
      requestId: null,
      subject: null,
      policyHash: hash,
      details: { groups: [...groups] },
    });
    return true;
  });
  const text = isNew ? "decide from now on" : "decide already";
  return { text: `The policies with hash ${hash} ${text}.`, ok: true };
}
