import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";
import { createLogLineRedactor } from "./redact-log-line.ts";

/** Writes lines of JSON; `logger.info({ requestId }, "approved")`, `logger.child({ room: "jobs" })`. */
export type Logger = PinoLogger;

/** The fields under which errors are logged; pino alone knows only `err` and writes `{}` for the others. */
const asFields = pino.stdSerializers.errWithCause;

/**
 * Makes the logger of a process. Whatever is logged, by whichever child and however deep, fields with secret
 * names, the given secrets and token-shaped texts leave it as `[redacted]`.
 *
 * @param options.level the least that is written: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, or `silent`
 * @param options.secrets texts that must not appear, in any field
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
    hooks: { streamWrite: createLogLineRedactor(options.secrets) },
  };
  return pino(settings, options.destination ?? pino.destination({ dest: 1, sync: true }));
}
