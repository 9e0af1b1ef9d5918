import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";
import { correlationId } from "../kernel/correlation.ts";

const redacted = "[redacted]";

/** Names of fields with secret values. The holder of Slack's `response_url` or `trigger_id` can act with it. */
const secretName =
  /token|secret|password|passwd|authorization|cookie|credential|signature|api[-_]?key|private[-_]?key|database[-_]?url|connection[-_]?string|response[-_]?url|trigger[-_]?id/i;

/** Texts that are secret in any field: Slack's tokens and the value of an Authorization header. */
const secretShapes = [
  /\bxox[a-z](?:\.xox[a-z])?-[\w-]+/g,
  /\bxapp-[\w-]+/g,
  /\b(?:bearer|basic) +[\w.~+/=-]{8,}/gi,
];

/** Shorter texts also occur within ordinary words. */
const shortestSecret = 4;

export type Logger = PinoLogger;

/** Fields of errors with whole requests or answers, such as the page of a proxy. */
const UNLOGGED_FIELDS: ReadonlySet<string> = new Set(["body", "headers", "config", "request", "response"]);
/** The longest logged text of an error. */
const LONGEST_TEXT = 4_000;

/** Serializes an error with its causes. Without it, pino writes `{}` for errors in fields other than `err`. */
function asFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return bounded(pino.stdSerializers.errWithCause(error), 0);
}

function bounded(value: unknown, depth: number): unknown {
  if (typeof value === "string")
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (typeof value !== "object" || value === null || depth > 8) return value;
  if (Array.isArray(value)) return value.slice(0, 50).map((each) => bounded(each, depth + 1));
  const fields = Object.entries(value).filter(([name]) => !UNLOGGED_FIELDS.has(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, bounded(field, depth + 1)]));
}

function currentCorrelation(): object {
  const id = correlationId();
  return id === null ? {} : { correlationId: id };
}

/**
 * Makes the logger of a process. Each line carries the correlation id of its work. At any depth and in child loggers,
 * fields with secret names, the given secrets and token-shaped texts become `[redacted]`.
 * @param options.level the lowest logged level: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, or `silent`
 * @param options.destination default: standard output, written synchronously so that a dying process loses none
 */
export function createLogger(options: {
  level: string;
  secrets: readonly string[];
  destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: asFields, error: asFields, reason: asFields },
    mixin: currentCorrelation,
    hooks: { streamWrite: createLogLineRedactor(options.secrets) },
  };
  return pino(settings, options.destination ?? pino.destination({ dest: 1, sync: true }));
}

/** Makes the function that redacts a log line of JSON: secret fields, `secrets`, and token-shaped texts. */
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
