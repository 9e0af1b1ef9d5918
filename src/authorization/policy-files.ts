import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { PolicyError } from "./authorization-errors.ts";
import { hashOf, type Policy, type PolicySet, type PolicySources, readSources } from "./policy-sources.ts";
import { handlesIn, NUMBER_TERMS } from "./terms.ts";

/**
 * Reads the policies of a folder.
 * @throws {PolicyError} with the file and line of every fault. Faults are syntax errors, a missing or repeated `@id`, a
 * `forbid` without `@reason`, a `permit` without a group, and contradictions to the schema.
 */
export async function loadPolicies(folder: string): Promise<PolicySet> {
  return parsePolicies(await readSources(folder));
}

/** @throws {PolicyError} for the faults that `loadPolicies` names */
export function parsePolicies(sources: PolicySources): PolicySet {
  const { schema, files } = sources;
  const faults: string[] = [];
  const policies = files.flatMap(({ name, text }) => parseFile(name, text, faults));
  faults.push(...repeatedIds(policies));
  if (faults.length === 0) faults.push(...disagreements(schema, policies));
  if (faults.length > 0) throw new PolicyError(faults);
  return { schema, policies, hash: hashOf(sources), sources };
}

/** The ids of the policies in a text, which may be invalid. */
export function idsIn(text: string): string[] {
  return [...text.matchAll(/^[ \t]*@id\("([^"]+)"\)/gm)].map(([, id = ""]) => id);
}

function parseFile(file: string, text: string, faults: string[]): Policy[] {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === "failure") {
    faults.push(...parts.errors.map((error) => `${file}:${lineOf(text, error)}: ${textOf(error)}`));
    return [];
  }
  // Some editors empty a file for a moment while they write it. Without this fault, its rules would be missing then.
  if (parts.policies.length + parts.policy_templates.length === 0)
    faults.push(`${file}: the file has no policy; write one, or delete the file.`);
  if (parts.policy_templates.length > 0)
    faults.push(`${file}: policy templates are not supported; write a policy instead.`);
  return parts.policies.flatMap((policyText): Policy[] => {
    const line = lineAt(text, text.indexOf(policyText));
    const addFaults = (...found: string[]) => faults.push(...found.map((each) => `${file}:${line}: ${each}`));
    const parsed = cedar.policyToJson(policyText);
    if (parsed.type === "failure") {
      addFaults(...parsed.errors.map(textOf));
      return [];
    }
    const { effect, principal, action, annotations = {} } = parsed.json;
    const { id, reason = null } = annotations;
    if (!id) {
      addFaults('the policy has no id; write @id("…") above it.');
      return [];
    }
    if (effect === "forbid" && !reason)
      addFaults(`policy ${id} forbids without a reason; write @reason("…") above it.`);
    const group = groupOf(principal);
    if (effect === "permit" && !group && !isCommandLine(principal))
      addFaults(`policy ${id} permits without a group; write (principal in Incydr::Group::"…", …).`);
    addFaults(...annotationFaults(annotations).map((fault) => `policy ${id}: ${fault}`));
    const actions = actionsOf(action);
    return [{ id, file, line, text: policyText, effect, reason, group, actions, annotations }];
  });
}

const ANNOTATIONS: readonly string[] = ["id", "reason", "escalateTo", ...NUMBER_TERMS];

/** Unknown annotations are faults: a misspelt deadline would have no effect. */
function annotationFaults(annotations: cedar.Annotations): string[] {
  const unknown = Object.keys(annotations).filter((name) => !ANNOTATIONS.includes(name));
  return [
    ...unknown.map((name) => `@${name} is not known; use one of @${ANNOTATIONS.join(", @")}.`),
    ...NUMBER_TERMS.filter((name) => name in annotations && !(Number(annotations[name]) > 0)).map(
      (name) => `@${name} must be a number above 0, such as @${name}("24").`,
    ),
    ...("escalateTo" in annotations && handlesIn(annotations.escalateTo).length === 0
      ? ['@escalateTo names no group; write its handle, such as @escalateTo("insider-risk-leads").']
      : []),
  ];
}

function groupOf(principal: cedar.PrincipalConstraint): string | null {
  const within = principal.op === "is" ? principal.in : principal.op === "in" ? principal : null;
  return within && "entity" in within ? uidOf(within.entity) : null;
}

/** Whether a policy is for command line users, who are in no group. */
function isCommandLine(principal: cedar.PrincipalConstraint): boolean {
  return principal.op === "is" && principal.entity_type === "Incydr::CommandLine";
}

function actionsOf(action: cedar.ActionConstraint): string[] {
  if (action.op === "==" && "entity" in action) return [uidOf(action.entity)];
  if (action.op === "in") return ("entities" in action ? action.entities : [action.entity]).map(uidOf);
  return [];
}

function uidOf(uid: cedar.EntityUidJson): string {
  return "__entity" in uid ? uid.__entity.id : uid.id;
}

function repeatedIds(policies: readonly Policy[]): string[] {
  const first = new Map<string, string>();
  return policies.flatMap(({ id, file }) => {
    const earlier = first.get(id);
    first.set(id, file);
    return earlier ? [`${file}: @id("${id}") is already used in ${earlier}.`] : [];
  });
}

function disagreements(schema: string, policies: readonly Policy[]): string[] {
  const answer = cedar.validate({
    schema,
    policies: { staticPolicies: Object.fromEntries(policies.map(({ id, text }) => [id, text])) },
  });
  if (answer.type === "failure") return answer.errors.map((error) => `schema.cedarschema: ${textOf(error)}`);
  return answer.validationErrors.map(({ policyId, error }) => {
    const { file, line } = policies.find(({ id }) => id === policyId) ?? { file: "?", line: 0 };
    return `${file}:${line}: ${policyId}: ${textOf(error)}`;
  });
}

function textOf(error: cedar.DetailedError): string {
  return error.help ? `${error.message} (${error.help})` : error.message;
}

function lineOf(text: string, error: cedar.DetailedError): number {
  return lineAt(text, error.sourceLocations?.[0]?.start ?? 0);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, Math.max(0, offset)).split("\n").length;
}
