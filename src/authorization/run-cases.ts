import type { PolicyCase } from "./policy-cases.ts";
import type { PolicyEngine } from "./policy-engine.ts";

/** What is wrong about the policies, according to one case; `null` if nothing is. */
export function faultOfCase(
  engine: PolicyEngine,
  { file, allowed, question, because }: PolicyCase,
): string | null {
  const decision = engine.decide(question);
  if (decision.allowed) {
    return allowed ? null : `${file}: allowed by ${decision.policyIds.join(", ")}, but has to be denied.`;
  }
  const { policyIds, reasons } = decision.denial;
  const stopped = policyIds.length > 0 ? policyIds.join(", ") : "no policy permitting it";
  if (allowed) return `${file}: denied by ${stopped} (${reasons.join(" ")}), but has to be allowed.`;
  if (because && [...policyIds].sort().join() !== because.join()) {
    return `${file}: denied by ${stopped}, not by ${because.join(", ") || "no policy permitting it"}.`;
  }
  return null;
}
