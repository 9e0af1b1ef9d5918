/** What stands in a log in the place of something secret. */
const redacted = "[redacted]";

/** Names of fields whose value is never logged. Slack's `response_url` and `trigger_id` let their holder act. */
const secretName =
  /token|secret|password|passwd|authorization|cookie|credential|signature|api[-_]?key|private[-_]?key|database[-_]?url|connection[-_]?string|response[-_]?url|trigger[-_]?id/i;

/** Texts that are secret wherever they come from: Slack's tokens and the value of an Authorization header. */
const secretShapes = [
  /\bxox[a-z](?:\.xox[a-z])?-[\w-]+/g,
  /\bxapp-[\w-]+/g,
  /\b(?:bearer|basic) +[\w.~+/=-]{8,}/gi,
];

/** Shorter texts would blacken ordinary words. */
const shortestSecret = 4;

/**
 * Makes a function that takes one line of JSON as a log has it, and returns it with the values of secret
 * fields, every occurrence of one of `secrets` and everything shaped like a token replaced.
 */
export function createLogLineRedactor(secrets: readonly string[]): (line: string) => string {
  const known = secrets.filter((secret) => secret.length >= shortestSecret).sort(longestFirst);

  const redactText = (text: string): string => {
    const withoutKnown = known.reduce((result, secret) => result.replaceAll(secret, redacted), text);
    return secretShapes.reduce((result, shape) => result.replace(shape, redacted), withoutKnown);
  };

  const redactField = (name: string, value: unknown): unknown => {
    if (name !== "" && secretName.test(name) && canHoldSecret(value)) return redacted;
    return typeof value === "string" ? redactText(value) : value;
  };

  return (line) => {
    try {
      const fieldsRedacted = JSON.stringify(JSON.parse(line, redactField));
      return `${redactText(fieldsRedacted)}\n`; // once more, for the names of fields
    } catch {
      return redactText(line);
    }
  };
}

function canHoldSecret(value: unknown): boolean {
  return value !== null && value !== "" && typeof value !== "boolean";
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length;
}
