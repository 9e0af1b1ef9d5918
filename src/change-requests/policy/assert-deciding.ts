import { PoliciesDifferError } from "../../authorization/index.ts";
import type { Transaction } from "../ports/storage.ts";

/** Whether these policies decide for every replica until the transaction ends. */
export async function areDeciding(
  { policies }: Pick<Transaction, "policies">,
  policyHash: string,
): Promise<boolean> {
  return isDeciding(await policies.current({ forChange: false }), policyHash);
}

/** `current`: the hash of the deciding policies; `null` before any was recorded. */
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
  if (current !== null && !isDeciding(current, policyHash))
    throw new PoliciesDifferError(policyHash, current);
}
