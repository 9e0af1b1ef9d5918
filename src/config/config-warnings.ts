import type { Config } from "./load-config.ts";
import { type MisspelledVariable, misspelledVariables } from "./misspelled-variables.ts";
import { isLoopback } from "./value-schemas.ts";
import type { Environment } from "./variable.ts";

/** A probable mistake in a configuration that works. */
export interface ConfigWarning {
  readonly code: "unknown_variable" | "unencrypted_database" | "unencrypted_redis" | "backtracking_pattern";
  readonly variable: string;
  /** A sentence for the log, with advice and without a value. */
  readonly message: string;
}

/** Lists the probable mistakes in a usable configuration, which was read from `env`. */
export function configWarnings(env: Environment, config: Config): ConfigWarning[] {
  const { databaseUrl, redisUrl } = config.secrets;
  const warnings = misspelledVariables(env).map(unknownVariable);
  if (isDatabaseUnencrypted(databaseUrl, env)) {
    warnings.push({
      code: "unencrypted_database",
      variable: "DATABASE_URL",
      message:
        "DATABASE_URL leads to another machine without TLS. The password and all requests cross the network unencrypted. Add the parameter sslmode=verify-full.",
    });
  }
  if (redisUrl !== undefined && isRedisUnencrypted(redisUrl)) {
    warnings.push({
      code: "unencrypted_redis",
      variable: "REDIS_URL",
      message:
        "REDIS_URL leads to another machine without TLS. The password crosses the network unencrypted. Begin the URL with rediss://.",
    });
  }
  if (config.ticketPattern?.isLinear === false) {
    warnings.push({
      code: "backtracking_pattern",
      variable: "TICKET_PATTERN",
      message:
        "TICKET_PATTERN has look-around, back-references or more than 1,000 repetitions, so a match can take long. The bot refuses a ticket whose match takes more than 50 ms. Write the pattern without them.",
    });
  }
  return warnings;
}

function unknownVariable({ name, meant, mistake }: MisspelledVariable): ConfigWarning {
  const message =
    mistake === "file"
      ? `${name} is set, but the bot does not read it. Only secrets can be read from files. Set ${meant} itself.`
      : `${name} is set, but the bot does not read it. If you mean ${meant}, rename it.`;
  return { code: "unknown_variable", variable: name, message };
}

/**
 * Whether `pg` connects to another host unencrypted. `pg-connection-string` 2.14 encrypts or fails for every `sslmode`
 * except `disable`, and a parameter `host` replaces the URL's host.
 * @param env with `PGHOST` and `PGSSLMODE`, which complete the URL as in libpq
 */
function isDatabaseUnencrypted(databaseUrl: string, env: Environment): boolean {
  const { hostname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get("host") || decodeURIComponent(hostname) || env.PGHOST || "localhost";
  return !host.startsWith("/") && !isLoopback(host) && !asksForTls(searchParams, env);
}

function asksForTls(parameters: URLSearchParams, env: Environment): boolean {
  const has = (name: string) => Boolean(parameters.get(name));
  if (parameters.get("sslmode") === "disable") return false;
  if (has("sslmode") || has("sslcert") || has("sslkey") || has("sslrootcert")) return true;
  const ssl = parameters.get("ssl");
  if (ssl !== null) return ssl !== "0" && ssl !== "";
  if (parameters.get("sslnegotiation") === "direct") return true;
  return ["prefer", "require", "verify-ca", "verify-full", "no-verify"].includes(env.PGSSLMODE ?? "");
}

/** Whether `ioredis` connects to another host unencrypted. A parameter `tls` encrypts like `rediss:`. */
function isRedisUnencrypted(redisUrl: string): boolean {
  const { protocol, hostname, searchParams } = new URL(redisUrl);
  const host = hostname || searchParams.get("host") || "localhost";
  return protocol !== "rediss:" && !searchParams.get("tls") && !isLoopback(host);
}
