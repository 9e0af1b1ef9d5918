import {
  createPolicyEngine,
  explain,
  loadCase,
  loadPolicies,
  PolicyError,
  principalId,
} from "../authorization/index.ts";
import type { CommandResult } from "./command-result.ts";

/** Says what a folder of policies decides about one case, by which rules, and who could do it. */
export async function explainCase(folder: string, file: string): Promise<CommandResult> {
  try {
    const engine = createPolicyEngine(await loadPolicies(folder));
    const { question } = await loadCase(folder, file);
    const who = principalId(question.principal);
    const { lines } = explain(engine, question, { who, action: question.action });
    return { text: lines.join("\n"), ok: true };
  } catch (error) {
    if (error instanceof PolicyError) return { text: error.message, ok: false };
    throw error;
  }
}
