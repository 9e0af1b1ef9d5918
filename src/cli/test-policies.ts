import {
  createPolicyEngine,
  faultOfCase,
  loadCases,
  loadPolicies,
  PolicyError,
} from "../authorization/index.ts";
import type { CommandResult } from "./command-result.ts";

/** Asks a folder of policies every case of its `ALLOW/` and `DENY/`, and says which they get wrong. */
export async function testPolicies(folder: string): Promise<CommandResult> {
  try {
    const engine = createPolicyEngine(await loadPolicies(folder));
    const { cases } = await loadCases(folder);
    const faults = cases.flatMap((each) => faultOfCase(engine, each) ?? []);
    const text =
      faults.length === 0
        ? `The policies decide all ${cases.length} cases as they have to.`
        : [...faults, `${faults.length} of ${cases.length} cases fail.`].join("\n");
    return { text, ok: faults.length === 0 };
  } catch (error) {
    if (error instanceof PolicyError) return { text: error.message, ok: false };
    throw error;
  }
}
