import { createPolicyEngine, loadPolicies, PolicyError } from "../authorization/index.ts";
import type { CommandResult } from "./command-result.ts";

/** Says whether a folder of policies can be used, and what it speaks of. */
export async function checkPolicies(folder: string): Promise<CommandResult> {
  try {
    const set = await loadPolicies(folder);
    const { groups, hash } = createPolicyEngine(set);
    const handles = groups.map((handle) => `@${handle}`).join(", ");
    return {
      text: `${set.policies.length} policies agree with the schema; hash ${hash}. Groups: ${handles}.`,
      ok: true,
    };
  } catch (error) {
    if (error instanceof PolicyError) return { text: error.message, ok: false };
    throw error;
  }
}
