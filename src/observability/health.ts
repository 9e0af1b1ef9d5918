import type { Logger } from "./logger.ts";

/** The dependencies of the service under their names in `/readyz`. */
export const DEPENDENCIES = [
  "database",
  "queue",
  "slack",
  "slack_api",
  "approvals_channel",
  "audit_channel",
  "restricted_channel",
  "audit_delivery",
  "incydr",
  "clock",
] as const;

export type Dependency = (typeof DEPENDENCIES)[number];

/** `unknown`: not checked since the process started. */
export type DependencyState = "unknown" | "ok" | "failing";

export interface DependencyHealth {
  readonly state: DependencyState;
  readonly since: Date;
  /** Code of the last error, also after a recovery; `null` before the first error. Never a name, address or text. */
  readonly lastError: string | null;
}

/** The state of every dependency. Logs each failure and each recovery once. */
export interface Health {
  ok(dependency: Dependency): void;
  /**
   * Records a failure. Logs `message` only for the first failure with this `code` since the dependency last worked,
   * because the codes of one outage can alternate.
   * @param code short and stable, such as `ECONNREFUSED` or `not_in_channel`
   * @param message a sentence for the log with the fault and advice
   * @param cause the error, only for the log
   */
  failing(dependency: Dependency, code: string, message: string, cause?: unknown): void;
  read(dependency: Dependency): DependencyHealth;
}

/**
 * Creates the record of all dependencies, which begin as `unknown`.
 * @param options.onChange called after each change of a state
 */
export function createHealth(options: { logger: Logger; now: () => Date; onChange?: () => void }): Health {
  const { logger, now, onChange } = options;
  const startedAt = now();
  const states = new Map<Dependency, DependencyHealth>(
    DEPENDENCIES.map((name) => [name, { state: "unknown", since: startedAt, lastError: null }]),
  );
  /** The logged codes of each failing dependency. */
  const logged = new Map<Dependency, Set<string>>();
  const read = (dependency: Dependency): DependencyHealth =>
    states.get(dependency) ?? { state: "unknown", since: startedAt, lastError: null };
  return {
    read,

    ok(dependency) {
      const { state, lastError } = read(dependency);
      if (state === "ok") return;
      states.set(dependency, { state: "ok", since: now(), lastError });
      logged.delete(dependency);
      if (state === "failing") logger.info({ dependency }, "A dependency works again.");
      onChange?.();
    },

    failing(dependency, code, message, cause) {
      const { state, since } = read(dependency);
      const codes = logged.get(dependency) ?? new Set();
      const isNew = !codes.has(code);
      logged.set(dependency, codes.add(code));
      states.set(dependency, {
        state: "failing",
        since: state === "failing" ? since : now(),
        lastError: code,
      });
      if (isNew) logger.error({ dependency, code, ...(cause ? { error: cause } : {}) }, message);
      if (state !== "failing") onChange?.();
    },
  };
}
