import { PoliciesDifferError } from "../../authorization/index.ts";
import type { Transaction } from "../ports/storage.ts";

/** Whether these policies decide for every replica. `current`: the deciding ones; `null` before any was recorded. */
export function isDeciding(current: string | null, policyHash: string): boolean {
  return current === null || current === policyHash;
}

/**
 * Call it after locking the rows that the check is about: two transactions in another order could wait for each other.
 * @throws {PoliciesDifferError} if other policies decide than those that made the check
 */
export async function assertDeciding(
  { policies }: Pick<Transaction, "policies">,
  policyHash: string,
): Promise<void> {
  const current = await policies.current({ forChange: false });
  if (current !== null && current !== policyHash) throw new PoliciesDifferError(policyHash, current);
}
