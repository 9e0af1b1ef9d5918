import type { z } from "zod";

/** A fault in a request of the app: a sentence, and a JSON pointer to the place. */
export interface BlockFault {
  message: string;
  pointer: string;
}

/** Makes `/blocks/1/elements` from `["blocks", 1, "elements"]`. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The fault as one line of Slack's answer. */
export function faultLine(fault: BlockFault): string {
  return `${fault.message} [json-pointer:${fault.pointer}]`;
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_big":
      return issue.origin === "array"
        ? `no more than ${issue.maximum} items allowed`
        : `must be less than ${Number(issue.maximum) + 1}${issue.origin === "string" ? " characters" : ""}`;
    case "too_small":
      return issue.origin === "array"
        ? `no less than ${issue.minimum} items allowed`
        : `must be more than ${Number(issue.minimum) - 1}${issue.origin === "string" ? " characters" : ""}`;
    case "unrecognized_keys":
      return `no additional properties allowed: ${issue.keys.join(", ")}`;
    case "invalid_type":
      return issue.input === undefined ? "missing required field" : `must be a valid ${issue.expected}`;
    case "invalid_union":
      return "unsupported type";
    default:
      return issue.message;
  }
}

/** The faults of a failed parse; `under` is the path of the parsed value in the request. */
export function faultsOf(error: z.ZodError, under: readonly PropertyKey[]): BlockFault[] {
  return error.issues.map((issue) => ({
    message: sentence(issue),
    pointer: jsonPointer([...under, ...issue.path]),
  }));
}
