import { unescapeMrkdwn } from "../messages/rich-text.ts";

/** Letters, digits and marks of any script: real usernames hold `+` and are not always ASCII. */
const ADDRESS = /[\p{L}\p{N}\p{M}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/** Names offered in the choice. */
const MOST_NAMES = 20;

/**
 * E-mail addresses anywhere in a message: its text, blocks and attachments (alerts put them there), each
 * once, in the order in which they stand.
 */
export function namesInMessage(message: unknown): string[] {
  const names = textsIn(message).flatMap((text) => unescapeMrkdwn(text).match(ADDRESS) ?? []);
  return [...new Set(names.map((name) => name.toLowerCase()))].slice(0, MOST_NAMES);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsIn);
  return [];
}
