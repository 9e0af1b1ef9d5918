import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defaultBurst, LOWEST_LIMIT_WITH_BURST } from "../kernel/default-rate.ts";
import type { ChannelRule } from "./channel-rules.ts";
import { ConfigError, type ConfigFault } from "./config-error.ts";
import { envSchema } from "./env-schema.ts";
import { faultOf, readVariables, type VariableValues } from "./read-variables.ts";
import { hideSecrets, type Secrets, type SlackSecrets } from "./secrets.ts";
import type { Environment } from "./variable.ts";
import type { WholeTextPattern } from "./whole-text-pattern.ts";

/** The configuration from the environment. Secret values are only in `secrets`. */
export interface Config {
  readonly slack: {
    readonly mode: "socket" | "http";
    /** Without a slash at its end; undefined for Slack's own API. */
    readonly apiUrl: string | undefined;
  };
  /** `port` 0 takes any free one. */
  readonly http: { readonly host: string; readonly port: number };
  /** The listener of the probes and metrics; `port` 0 takes any free one. */
  readonly ops: { readonly host: string; readonly port: number };
  readonly databaseConnections: number;
  readonly incydr: {
    /** Without a slash at its end. */
    readonly url: string;
    readonly clientId: string;
    readonly requestsPerMinute: number;
    /** Undefined for the default that fits `requestsPerMinute`. */
    readonly burst: number | undefined;
    /** Undefined for the default that fits `burst`. */
    readonly reserve: number | undefined;
    /** The part of the limit for this replica alone, above 0 to 1. */
    readonly share: number;
  };
  readonly channels: {
    readonly approvals: string;
    readonly audit: string;
    /** Tried in this order; at least one. */
    readonly restricted: readonly string[];
    /** The channels for cards beside the approvals channel. */
    readonly cards: readonly ChannelRule[];
    readonly allowedPublic: readonly ChannelRule[];
    readonly acceptsUnmappedSubjects: boolean;
  };
  /** Slack user id to Incydr username. */
  readonly operatorMap: ReadonlyMap<string, string>;
  /** Group handle to the Slack ids of its members; empty if the groups are user groups of Slack. */
  readonly groupMembers: ReadonlyMap<string, readonly string[]>;
  readonly protectedUsernames: readonly string[];
  readonly requestExpiryHours: number;
  readonly ratifyWithinHours: number;
  /** The offered lengths of temporary roles. */
  readonly grantHours: readonly number[];
  readonly readOnly: boolean;
  /** Whether the bot keeps its directory of the tenant up to date. */
  readonly directoryRefresh: boolean;
  /** Absolute. */
  readonly policiesDir: string;
  readonly ticketPattern: WholeTextPattern | undefined;
  /** Contains `{userId}`. */
  readonly userLinkTemplate: string | undefined;
  readonly logLevel: VariableValues["LOG_LEVEL"];
  readonly nodeEnv: VariableValues["NODE_ENV"];
  readonly secrets: Secrets;
}

/**
 * Reads the configuration from the environment.
 * @param options.readFile reads the files that `NAME_FILE` variables name; default: from the disk
 * @throws {ConfigError} with every fault
 */
export function loadConfig(env: Environment, options?: { readFile?: (path: string) => string }): Config {
  const values = readVariables(env, options?.readFile ?? ((path) => readFileSync(path, "utf8")));
  const faults = contradictionsIn(values);
  if (faults.length > 0) throw new ConfigError(faults);

  return {
    slack: { mode: values.SLACK_MODE, apiUrl: values.SLACK_API_URL },
    http: { host: values.HTTP_HOST, port: values.HTTP_PORT },
    ops: { host: values.OPS_HOST, port: values.OPS_PORT },
    databaseConnections: values.DATABASE_CONNECTIONS,
    incydr: {
      url: values.INCYDR_URL,
      clientId: values.INCYDR_CLIENT_ID,
      requestsPerMinute: values.INCYDR_REQUESTS_PER_MINUTE,
      burst: values.INCYDR_BURST,
      reserve: values.INCYDR_RESERVE,
      share: values.INCYDR_SHARE,
    },
    channels: {
      approvals: values.APPROVALS_CHANNEL,
      audit: values.AUDIT_CHANNEL,
      restricted: [...new Set(values.RESTRICTED_CHANNEL)],
      cards: values.CARD_CHANNELS,
      allowedPublic: values.ALLOW_PUBLIC_CHANNELS,
      acceptsUnmappedSubjects: values.ACCEPT_UNMAPPED_SUBJECTS,
    },
    operatorMap: new Map(values.OPERATOR_MAP),
    groupMembers: new Map(values.GROUP_MEMBERS),
    protectedUsernames: values.PROTECTED_USERNAMES,
    requestExpiryHours: values.REQUEST_EXPIRY_HOURS,
    ratifyWithinHours: values.RATIFY_WITHIN_HOURS,
    grantHours: [...new Set(values.GRANT_DURATIONS)],
    readOnly: values.READ_ONLY,
    directoryRefresh: values.DIRECTORY_REFRESH,
    policiesDir: resolve(values.POLICIES_DIR),
    ticketPattern: values.TICKET_PATTERN,
    userLinkTemplate: values.USER_LINK_TEMPLATE,
    logLevel: values.LOG_LEVEL,
    nodeEnv: values.NODE_ENV,
    secrets: secretsIn(values),
  };
}

function contradictionsIn(values: VariableValues): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (listenTwice(values)) {
    const fault = faultOf("OPS_PORT", envSchema.OPS_PORT, "must not be the same port as HTTP_PORT");
    faults.push({ ...fault, example: `OPS_PORT=${values.HTTP_PORT === 3001 ? 3002 : 3001}` });
  }
  const repeated = repeatedKeyOf(values.OPERATOR_MAP);
  if (repeated)
    faults.push(
      faultOf("OPERATOR_MAP", envSchema.OPERATOR_MAP, `has two entries for ${repeated}; remove one of them`),
    );
  const twice = repeatedKeyOf(values.GROUP_MEMBERS);
  if (twice)
    faults.push(
      faultOf("GROUP_MEMBERS", envSchema.GROUP_MEMBERS, `has two entries for ${twice}; remove one of them`),
    );
  faults.push(...rateFaultsIn(values));
  return faults;
}

function rateFaultsIn(values: VariableValues): ConfigFault[] {
  const { INCYDR_REQUESTS_PER_MINUTE: limit, INCYDR_BURST, INCYDR_RESERVE, INCYDR_SHARE } = values;
  const faults: ConfigFault[] = [];
  if (INCYDR_BURST !== undefined && INCYDR_BURST >= limit) {
    const problem = `must be less than INCYDR_REQUESTS_PER_MINUTE, which is ${limit}`;
    faults.push(faultOf("INCYDR_BURST", envSchema.INCYDR_BURST, problem));
  }
  const burst = INCYDR_BURST ?? defaultBurst(limit);
  if (INCYDR_RESERVE !== undefined && INCYDR_RESERVE >= burst) {
    const isDefault = INCYDR_BURST === undefined ? " by default" : "";
    const problem = `must be less than INCYDR_BURST, which is ${burst}${isDefault}`;
    faults.push(faultOf("INCYDR_RESERVE", envSchema.INCYDR_RESERVE, problem));
  }
  // A bucket that holds less than one token would never let a request start.
  const mostAtOnce = limit < LOWEST_LIMIT_WITH_BURST ? 1 : burst;
  if (INCYDR_SHARE * mostAtOnce < 1 - 1e-9) {
    const problem = `must be at least 1/${mostAtOnce}, because otherwise this replica could not start a single request`;
    faults.push(faultOf("INCYDR_SHARE", envSchema.INCYDR_SHARE, problem));
  }
  return faults;
}

function listenTwice({ HTTP_HOST, HTTP_PORT, OPS_HOST, OPS_PORT }: VariableValues): boolean {
  const isEveryAddress = [HTTP_HOST, OPS_HOST].some((host) => host === "0.0.0.0" || host === "::");
  return OPS_PORT !== 0 && OPS_PORT === HTTP_PORT && (isEveryAddress || OPS_HOST === HTTP_HOST);
}

function repeatedKeyOf(pairs: readonly (readonly [key: string, value: unknown])[]): string | undefined {
  const keys = pairs.map(([key]) => key);
  return keys.find((key, index) => keys.indexOf(key) !== index);
}

function secretsIn(values: VariableValues): Secrets {
  return hideSecrets({
    slack: hideSecrets(slackSecretsIn(values)),
    databaseUrl: values.DATABASE_URL,
    incydrClientSecret: values.INCYDR_CLIENT_SECRET,
    redisUrl: values.REDIS_URL,
  });
}

function slackSecretsIn(values: VariableValues): SlackSecrets {
  const botToken = values.SLACK_BOT_TOKEN;
  return values.SLACK_MODE === "socket"
    ? { mode: "socket", botToken, appToken: required(values, "SLACK_APP_TOKEN") }
    : { mode: "http", botToken, signingSecret: required(values, "SLACK_SIGNING_SECRET") };
}

function required(values: VariableValues, name: "SLACK_APP_TOKEN" | "SLACK_SIGNING_SECRET"): string {
  const value = values[name];
  if (value === undefined) throw new ConfigError([faultOf(name, envSchema[name], "is not set")]);
  return value;
}

/** The variables of the channels that the bot needs. */
export const OWN_CHANNEL_VARIABLES = {
  approvals: "APPROVALS_CHANNEL",
  audit: "AUDIT_CHANNEL",
  restricted: "RESTRICTED_CHANNEL",
} as const;

export type OwnChannel = keyof typeof OWN_CHANNEL_VARIABLES;

/** Lists the other variables that name this channel too. */
export function othersThatName(
  channelId: string,
  channel: OwnChannel,
  channels: Pick<Config["channels"], OwnChannel>,
): readonly string[] {
  const own: readonly OwnChannel[] = ["approvals", "audit", "restricted"];
  return own
    .filter((other) => other !== channel && [channels[other]].flat().includes(channelId))
    .map((other) => OWN_CHANNEL_VARIABLES[other]);
}
