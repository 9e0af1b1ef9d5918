import { PoliciesDifferError } from "../../authorization/index.ts";
import type { Transaction } from "../ports/storage.ts";

/** Whether these policies are those that decide for every replica, until the transaction ends. */
export async function areDeciding(
  { policies }: Pick<Transaction, "policies">,
  policyHash: string,
): Promise<boolean> {
  return isDeciding(await policies.current({ forChange: false }), policyHash);
}

/** Whether these policies are those that decide, where `current` is the hash of those; `null` before any was recorded. */
export function isDeciding(current: string | null, policyHash: string): boolean {
  return current === null || current === policyHash;
}

/**
 * Makes sure, before anything is stored, that what was judged was judged by the policies that decide. After the
 * locks of what it is about, as everywhere, or two could wait for each other.
 * @throws {PoliciesDifferError}
 */
export async function assertDeciding(
  { policies }: Pick<Transaction, "policies">,
  policyHash: string,
): Promise<void> {
  const current = await policies.current({ forChange: false });
  if (current !== null && !isDeciding(current, policyHash))
    throw new PoliciesDifferError(policyHash, current);
}
