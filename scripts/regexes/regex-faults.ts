import { stripTypeScriptTypes } from "node:module";
import { parse } from "acorn";
import { checkSync } from "recheck";

/** A regular expression in a source file. */
export interface FoundRegex {
  /** From 1. */
  readonly line: number;
  /** `null` if the pattern is only known at run time. */
  readonly pattern: string | null;
  readonly flags: string;
}

/** Finds every regular expression literal, and every call of `RegExp`, in the text of a TypeScript file. */
export function regexesIn(typescript: string): FoundRegex[] {
  const text = stripTypeScriptTypes(typescript);
  const found: FoundRegex[] = [];
  visit(parse(text, { ecmaVersion: "latest", sourceType: "module", locations: true }), (node) => {
    const line = lineOf(node);
    const { regex, callee } = node;
    if (isRecord(regex)) found.push({ line, pattern: String(regex.pattern), flags: String(regex.flags) });
    if (isRecord(callee) && callee.name === "RegExp") found.push({ line, ...argumentsOf(node) });
  });
  return found;
}

/** Lists the regular expressions of a file that can take more than linear time, each as `line: sentence`. */
export function regexFaults(typescript: string): string[] {
  return regexesIn(typescript).flatMap(({ line, pattern, flags }) => {
    if (pattern === null)
      return [`${line}: a pattern that is made at run time can't be judged; write a loop`];
    const found = faultOf(pattern, flags);
    return found === null ? [] : [`${line}: /${pattern}/${flags} ${found}`];
  });
}

function faultOf(pattern: string, flags: string): string | null {
  const result = checkSync(pattern, flags, { timeout: null });
  if (result.status === "safe") return null;
  if (result.status === "unknown") return `can't be judged: ${result.error.kind}`;
  return `takes ${result.complexity.summary} time, for instance on ${result.attack.pattern}`;
}

type Node = Readonly<Record<string, unknown>>;

function visit(value: unknown, onNode: (node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) visit(each, onNode);
  else if (isRecord(value) && !(value instanceof RegExp)) {
    onNode(value);
    for (const child of Object.values(value)) visit(child, onNode);
  }
}

function argumentsOf(node: Node): Pick<FoundRegex, "pattern" | "flags"> {
  const [pattern, flags] = Array.isArray(node.arguments) ? node.arguments.map(constantText) : [];
  return { pattern: pattern ?? null, flags: flags ?? "" };
}

function constantText(node: unknown): string | null {
  return isRecord(node) && typeof node.value === "string" ? node.value : null;
}

function lineOf({ loc }: Node): number {
  const start = isRecord(loc) ? loc.start : null;
  return isRecord(start) ? Number(start.line) : 0;
}

function isRecord(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}
