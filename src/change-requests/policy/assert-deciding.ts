import { PoliciesDifferError } from "../../authorization/index.ts";
import type { Transaction } from "../ports/storage.ts";

/** Whether these policies decide for every replica. `current`: the deciding ones; `null` before any was recorded. */
export function isDeciding(current: string | null, policyHash: string): boolean {
  return current === null || current === policyHash;
}

/**
 * Checks that these policies are still in force. Call it after locking the rows of the check, because two transactions
 * in another order could wait for each other.
 * @throws {PoliciesDifferError} if other policies are in force than those that made the check
 */
export async function assertDeciding(
  { policies }: Pick<Transaction, "policies">,
  policyHash: string,
): Promise<void> {
  const current = await policies.current({ forChange: false });
  if (current !== null && current !== policyHash) throw new PoliciesDifferError(policyHash, current);
}
