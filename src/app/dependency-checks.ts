import type { DirectoryRemedy } from "../authorization/index.ts";
import { type IncydrReader, isIncydrError } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Dependency, Health, Metrics } from "../observability/index.ts";
import {
  assertDatabaseWritable,
  type Database,
  DatabaseReadOnlyError,
  databaseErrorCode,
  databaseFailureText,
} from "../persistence/index.ts";
import type { CheckChannels } from "../slack/index.ts";
import { errorCodeOf } from "./is-outage.ts";
import { readBotIdentity, SlackTokenRefusedError, SlackUnreachableError } from "./read-bot-identity.ts";
import type { DependencyCheck } from "./repeat-checks.ts";

/** The pauses between two checks. They are short while a dependency fails, so that a recovery shows soon. */
const DATABASE_PAUSE_MS = 2_000;
const SLACK_PAUSE_MS = { ok: 30_000, failing: 10_000 };
const INCYDR_PAUSE_MS = { ok: 60_000, failing: 10_000 };
const AUDIT_PAUSE_MS = 15_000;

/** SQLSTATE `read_only_sql_transaction`. */
const READ_ONLY = "25006";
/** The database's time limit for an answer. */
const DATABASE_TIMEOUT_MS = 5_000;
/** The time limit of a call to Incydr, including waits and retries. */
const INCYDR_TIMEOUT_MS = 30_000;
/** Undelivered audit entries of a greater age are a backlog. */
const AUDIT_BACKLOG_MS = 5 * 60_000;

/** Checks whether the database accepts writes. */
export function createDatabaseCheck(options: {
  database: Pick<Database, "pool" | "generation">;
  health: Health;
}): DependencyCheck {
  const { database, health } = options;
  // Only one query at a time: each further query to a silent database would hold a connection.
  let asked: Promise<void> | null = null;
  return async () => {
    try {
      asked ??= assertDatabaseWritable(database).finally(() => {
        asked = null;
      });
      await settleWithin(DATABASE_TIMEOUT_MS, asked, "The database did not answer");
      health.ok("database");
    } catch (error) {
      reportDatabaseFailure(health, error);
    }
    return DATABASE_PAUSE_MS;
  };
}

export function reportDatabaseFailure(health: Health, error: unknown): void {
  if (error instanceof DatabaseReadOnlyError || databaseErrorCode(error) === READ_ONLY) {
    const advice = "Requests, decisions and audit entries can't be stored until it accepts writes.";
    health.failing("database", "read_only", `The database is read-only. ${advice}`);
    return;
  }
  const code = databaseErrorCode(error) ?? "no_answer";
  health.failing("database", code, databaseFailureText(code), error);
}

/**
 * Checks whether Slack accepts the bot's token and grants every scope. In HTTP mode, the answer also sets the dependency
 * `slack`; in Socket Mode the connection sets it.
 */
export function createSlackCheck(options: {
  client: Parameters<typeof readBotIdentity>[0];
  mode: "socket" | "http";
  /** The setting to change if the bot can't read the groups, or else `null`. */
  groupsRemedy: () => DirectoryRemedy | null;
  health: Health;
}): DependencyCheck {
  const { client, mode, groupsRemedy, health } = options;
  return async () => {
    try {
      const { missingScopes } = await readBotIdentity(client);
      if (mode === "http") health.ok("slack");
      if (missingScopes.length === 0 && groupsRemedy()?.kind === "user_groups_unavailable")
        health.failing("slack_api", "user_groups_unavailable", NO_USER_GROUPS);
      else reportScopes(health, missingScopes);
    } catch (error) {
      reportSlackFailure(health, error, mode);
    }
    return health.read("slack_api").state === "ok" ? SLACK_PAUSE_MS.ok : SLACK_PAUSE_MS.failing;
  };
}

const NO_USER_GROUPS =
  "The workspace's Slack plan has no user groups, so the bot permits nothing to anybody. List the groups and their members in GROUP_MEMBERS.";

function reportScopes(health: Health, missing: readonly string[]): void {
  if (missing.length === 0) health.ok("slack_api");
  else {
    const message = `The bot lacks scopes: ${missing.join(", ")}. Add them on the Slack app's page OAuth & Permissions, and install the app again.`;
    health.failing("slack_api", "missing_scope", message);
  }
}

/** Records an error of `readBotIdentity`. */
export function reportSlackFailure(health: Health, error: unknown, mode: "socket" | "http"): void {
  const isRefused = error instanceof SlackTokenRefusedError;
  const code = isRefused
    ? error.slackCode
    : error instanceof SlackUnreachableError
      ? error.reason
      : "unknown_error";
  const message = isRefused ? error.message : `Slack can't be reached (${code}). The bot tries again.`;
  health.failing("slack_api", code, message, error);
  if (mode === "http" && !isRefused) health.failing("slack", code, message);
}

const CHANNEL_DEPENDENCIES = {
  approvals: "approvals_channel",
  audit: "audit_channel",
  restricted: "restricted_channel",
} as const satisfies Record<string, Dependency>;

export function createChannelsCheck(options: {
  checkChannels: CheckChannels;
  health: Health;
}): DependencyCheck {
  const { checkChannels, health } = options;
  return async () => {
    let isEachUsable = true;
    for (const [channel, check] of Object.entries(await checkChannels())) {
      const dependency = CHANNEL_DEPENDENCIES[channel as keyof typeof CHANNEL_DEPENDENCIES]; // the keys of the record
      if (check.code === "ok") health.ok(dependency);
      // Without an answer the channel keeps its state, and `slack_api` shows the outage.
      else if (check.code !== "slack_unavailable") {
        isEachUsable = false;
        health.failing(dependency, check.code, check.message, check.cause ?? undefined);
      }
    }
    return isEachUsable ? SLACK_PAUSE_MS.ok : SLACK_PAUSE_MS.failing;
  };
}

/**
 * Checks the address and the credentials of Incydr by a new token. Unless the last check succeeded, it also reads the
 * roles, which needs the API client's permission.
 */
export function createIncydrCheck(options: {
  incydr: Pick<IncydrReader, "users" | "renewToken">;
  health: Health;
}): DependencyCheck {
  const { incydr, health } = options;
  const call = { lane: "background", deadlineMs: INCYDR_TIMEOUT_MS } as const;
  return async () => {
    try {
      await incydr.renewToken(call);
      if (health.read("incydr").state !== "ok") await incydr.users.listRoles(call);
      health.ok("incydr");
      return INCYDR_PAUSE_MS.ok;
    } catch (error) {
      if (isIncydrError(error, "aborted")) return INCYDR_PAUSE_MS.failing;
      const code = isIncydrError(error) ? error.code : "unknown_error";
      health.failing("incydr", code, incydrFault(code), error);
      return INCYDR_PAUSE_MS.failing;
    }
  };
}

function incydrFault(code: string): string {
  switch (code) {
    case "unauthorized":
      return "Incydr refuses the API client. Check INCYDR_CLIENT_ID and INCYDR_CLIENT_SECRET.";
    case "forbidden":
      return "The API client may not read roles in Incydr. Give it the permissions that docs/incydr-client.md lists.";
    case "unavailable":
    case "timed_out":
      return "Incydr can't be reached. Look-ups fail and changes wait. If this is a new installation, check INCYDR_URL.";
    case "rate_limited":
      return "Incydr refuses requests because there are too many (429). Lower INCYDR_REQUESTS_PER_MINUTE.";
    default:
      return `The bot does not understand Incydr's answer (${code}). Check that INCYDR_URL is the address of the API.`;
  }
}

/** Checks the backlog of the audit channel. The delivery reports by `onDelivered` and `onBlocked`. */
export function createAuditCheck(options: {
  readBacklog: () => Promise<{ readonly oldestAt: Date | null; readonly count: number }>;
  clock: Pick<Clock, "now">;
  health: Health;
  metrics: Pick<Metrics, "showAuditBacklog">;
}): { readonly run: DependencyCheck; onDelivered(): void; onBlocked(error: unknown): void } {
  const { readBacklog, clock, health, metrics } = options;
  // After a failed delivery of this replica, its code is more exact than the age of the backlog.
  let isBlocked = false;
  return {
    onDelivered() {
      isBlocked = false;
      health.ok("audit_delivery");
    },

    onBlocked(error) {
      isBlocked = true;
      const code = errorCodeOf(error);
      const message = `The bot can't post audit entries (${code}). It keeps them and posts them later, in order.`;
      health.failing("audit_delivery", code, message, error);
    },

    async run() {
      const { oldestAt, count } = await readBacklog();
      const ageMs = oldestAt ? Math.max(0, clock.now().getTime() - oldestAt.getTime()) : 0;
      metrics.showAuditBacklog({ count, ageMs });
      // Another replica may have delivered the entries.
      if (count === 0) isBlocked = false;
      if (isBlocked) return AUDIT_PAUSE_MS;
      if (ageMs <= AUDIT_BACKLOG_MS) health.ok("audit_delivery");
      else {
        const minutes = Math.floor(ageMs / 60_000);
        const message = `Audit entries that are not posted yet: ${count}. The oldest has waited ${minutes} minutes.`;
        health.failing("audit_delivery", "backlog", message);
      }
      return AUDIT_PAUSE_MS;
    },
  };
}

export function reportQueueFailure(health: Health, error: unknown): void {
  const code = errorCodeOf(error);
  health.failing("queue", code, `The job queue does not answer (${code}). Check the database.`, error);
}

/**
 * Waits for `work` at most `timeoutMs` milliseconds, by the machine's timer. A later failure of `work` is ignored.
 * @throws an Error without a code if the time is over; its message is `what`
 */
async function settleWithin<T>(timeoutMs: number, work: Promise<T>, what: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} within ${timeoutMs} ms.`)), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
