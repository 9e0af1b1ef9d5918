import { isLoopback } from "./value-schemas.ts";
import type { Environment } from "./variable.ts";

/**
 * Whether `pg` would send what it reads and writes unencrypted to another host. As `pg-connection-string` 2.14 reads
 * the URL, every `sslmode` but `disable` encrypts or fails. A parameter `host` replaces the URL's host.
 *
 * @param env `PGHOST` and `PGSSLMODE` complete the URL, as in libpq
 */
export function isDatabaseUnencrypted(databaseUrl: string, env: Environment): boolean {
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

/** Whether `ioredis` would send requests unencrypted to another host. A parameter `tls` encrypts like `rediss:`. */
export function isRedisUnencrypted(redisUrl: string): boolean {
  const { protocol, hostname, searchParams } = new URL(redisUrl);
  const host = hostname || searchParams.get("host") || "localhost";
  return protocol !== "rediss:" && !searchParams.get("tls") && !isLoopback(host);
}
