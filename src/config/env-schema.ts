import { z } from "zod";
import { DEFAULT_REQUESTS_PER_MINUTE } from "../kernel/default-rate.ts";
import { channelIdSchema, channelNameRuleSchema, channelRuleSchema } from "./channel-rules.ts";
import {
  databaseUrl,
  hoursFrom,
  listenHost,
  listOf,
  oneOf,
  onOff,
  partOfOne,
  redisUrl,
  secretText,
  serviceUrl,
  someOf,
  wholeNumber,
  wholeTextPattern,
} from "./value-schemas.ts";
import type { Variable } from "./variable.ts";

const operatorSchema = z
  .string()
  .regex(/^[UW][A-Z0-9]{3,}\s*=\s*[^\s@=]+@[^\s@=]+$/u, {
    error: "must be a pair such as U123ABC=person@example.com",
  })
  .transform((pair): readonly [slackUserId: string, incydrUsername: string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });

const groupMembersSchema = z
  .string()
  .regex(/^[\w.-]+\s*=\s*[UW][A-Z0-9]{3,}(\s*\+\s*[UW][A-Z0-9]{3,})*$/, {
    error: "must be a group and its members, such as leads=U123ABC+U456DEF",
  })
  .transform((entry): readonly [handle: string, slackUserIds: readonly string[]] => {
    const [handle = "", members = ""] = entry.split("=");
    return [handle.trim(), [...new Set(members.split("+").map((id) => id.trim()))]];
  });

const linkTemplateSchema = z
  .url({ protocol: /^https?$/, error: "must be a URL that begins with https://", abort: true })
  .refine((text) => text.includes("{userId}"), { error: "must contain {userId}" });

/**
 * Every environment variable that this product reads, in the order of `.env.example`.
 * Which of Slack's tokens serves what: https://docs.slack.dev/authentication/tokens
 */
export const envSchema = {
  SLACK_MODE: {
    group: "Slack",
    description:
      "How Slack reaches the bot. socket: the bot opens the connection and needs no public address. http: Slack calls the bot's public address.",
    example: "socket",
    schema: oneOf(["socket", "http"]),
    default: "socket",
  },
  SLACK_BOT_TOKEN: {
    group: "Slack",
    description: "The bot token. Copy it from the Slack app's page OAuth & Permissions.",
    example: "xoxb-your-bot-token",
    schema: secretText("xoxb-"),
    need: "required",
    secret: true,
  },
  SLACK_APP_TOKEN: {
    group: "Slack",
    description:
      "The app-level token with the scope connections:write, needed in socket mode. Create it on the Slack app's page Basic Information.",
    example: "xapp-your-app-token",
    schema: secretText("xapp-"),
    need: "socket",
    secret: true,
  },
  SLACK_SIGNING_SECRET: {
    group: "Slack",
    description:
      "The secret with which Slack signs its requests, needed in http mode. Copy it from the Slack app's page Basic Information.",
    example: "your-signing-secret",
    schema: secretText(),
    need: "http",
    secret: true,
  },
  SLACK_API_URL: {
    group: "Slack",
    description:
      "The address of Slack's Web API. Set it only if the bot must use another address than Slack's own.",
    example: "https://slack.com/api",
    schema: serviceUrl(),
    need: "optional",
  },

  HTTP_HOST: {
    group: "HTTP server",
    description:
      "The address on which the bot listens for Slack's requests in http mode, and for /healthz in both modes. 0.0.0.0 stands for every address.",
    example: "127.0.0.1",
    schema: listenHost(),
    default: "127.0.0.1",
  },
  HTTP_PORT: {
    group: "HTTP server",
    description: "The port at HTTP_HOST. 0 takes any free port.",
    example: "3000",
    schema: wholeNumber(0, 65_535),
    default: "3000",
  },

  OPS_HOST: {
    group: "Probes and metrics",
    description:
      "The address on which the bot serves /healthz, /readyz and /metrics in both modes. Slack and the Internet need no access to it. 0.0.0.0 stands for every address.",
    example: "127.0.0.1",
    schema: listenHost(),
    default: "127.0.0.1",
  },
  OPS_PORT: {
    group: "Probes and metrics",
    description: "The port at OPS_HOST. 0 takes any free port.",
    example: "3001",
    schema: wholeNumber(0, 65_535),
    default: "3001",
  },

  DATABASE_URL: {
    group: "Database",
    description: "The PostgreSQL database for requests, decisions, jobs and the audit log.",
    example: "postgres://incydr_chatops:password@localhost:5432/incydr_chatops",
    schema: databaseUrl(),
    need: "required",
    secret: true,
  },
  DATABASE_CONNECTIONS: {
    group: "Database",
    description:
      "The most database connections of one replica. The job queue gets 3 of them, locks get two thirds of the rest, and other statements get one third. The database must allow this number for each replica.",
    example: "39",
    schema: wholeNumber(15, 1000),
    default: "39",
  },

  INCYDR_URL: {
    group: "Incydr",
    description:
      "The address of the Incydr API. It is the address of your console with api in place of console.",
    example: "https://api.us.code42.com",
    schema: serviceUrl().refine((text) => !new URL(text).hostname.startsWith("console."), {
      error: "is the address of the console; set the address of the API, which begins with https://api.",
    }),
    need: "required",
  },
  INCYDR_CLIENT_ID: {
    group: "Incydr",
    description:
      "The id of the API client. Find it in the console under Administration > Integrations > API Clients.",
    example: "key-00000000-0000-0000-0000-000000000000",
    schema: secretText(),
    need: "required",
  },
  INCYDR_CLIENT_SECRET: {
    group: "Incydr",
    description: "The secret of the API client. The console shows it only once, when the client is created.",
    example: "your-client-secret",
    schema: secretText(),
    need: "required",
    secret: true,
  },
  INCYDR_REQUESTS_PER_MINUTE: {
    group: "Incydr",
    description:
      "The most requests to the Incydr API that all replicas together start in any 60 seconds. A limit below 4 spaces the requests evenly. Several replicas also need REDIS_URL, or INCYDR_SHARE for each.",
    example: String(DEFAULT_REQUESTS_PER_MINUTE),
    schema: wholeNumber(1, 60_000),
    default: String(DEFAULT_REQUESTS_PER_MINUTE),
  },
  INCYDR_BURST: {
    group: "Incydr",
    description:
      "The number of requests that may start at once after idle time. The rest of the limit is spread over the minute. The default is half of the limit, and at most 30.",
    example: "30",
    schema: wholeNumber(1, 59_999),
    need: "optional",
  },
  INCYDR_RESERVE: {
    group: "Incydr",
    description:
      "The part of INCYDR_BURST that bulks and background work leave to emergencies and to people who wait. The default is a third of INCYDR_BURST, and at most 10.",
    example: "10",
    schema: wholeNumber(0, 59_998),
    need: "optional",
  },
  REDIS_URL: {
    group: "Incydr",
    description:
      "The Redis server over which several replicas share INCYDR_REQUESTS_PER_MINUTE. Without it, each replica uses its own part of the limit, INCYDR_SHARE.",
    example: "redis://:password@localhost:6379",
    schema: redisUrl(),
    need: "optional",
    secret: true,
  },
  INCYDR_SHARE: {
    group: "Incydr",
    description:
      "The part of INCYDR_REQUESTS_PER_MINUTE that this replica uses if REDIS_URL is not set or Redis can't be reached. Set it to 1 divided by the number of replicas.",
    example: "1/3",
    schema: partOfOne(),
    default: "1",
  },
  DIRECTORY_REFRESH: {
    group: "Incydr",
    description:
      "If true, the bot keeps its directory of users, roles and organizations up to date, for lists and searches. It reads them from Incydr in the background, with at most a fifth of INCYDR_REQUESTS_PER_MINUTE. If false, lists show only users that it read before.",
    example: "true",
    schema: onOff(),
    default: "true",
  },

  APPROVALS_CHANNEL: {
    group: "Channels",
    description:
      "The id of the private channel for approvals. A request from a channel that may not show it gets its card here.",
    example: "C0123APPROVE",
    schema: channelIdSchema,
    need: "required",
  },
  AUDIT_CHANNEL: {
    group: "Channels",
    description: "The id of the private channel to which the bot posts every audit entry.",
    example: "C0123AUDIT",
    schema: channelIdSchema,
    need: "required",
  },
  RESTRICTED_CHANNEL: {
    group: "Channels",
    description:
      "The id of a small private channel. A request goes there if its subject is, or may be, a member of the channel where its card belongs. Several ids are separated by commas. The bot uses the first of these channels without the subject.",
    example: "C0123RESTRICT,C0456RESTRICT",
    schema: someOf(channelIdSchema),
    need: "required",
  },
  CARD_CHANNELS: {
    group: "Channels",
    description:
      "Further channels for requests and their cards, beside the approvals channel: channel ids and name patterns, separated by commas. The bot uses only private channels without guests and without people of other companies.",
    example: "inc-*,C0123ABCDEF",
    schema: listOf(channelRuleSchema),
    default: "",
  },
  ALLOW_PUBLIC_CHANNELS: {
    group: "Channels",
    description:
      "Name patterns of public channels that the bot may use too, separated by commas. CARD_CHANNELS must name these channels as well. Everybody in the workspace except guests can read them.",
    example: "public-inc-*",
    schema: listOf(channelNameRuleSchema),
    default: "",
  },
  ACCEPT_UNMAPPED_SUBJECTS: {
    group: "Channels",
    description:
      "If true, the bot may post about a user without a known Slack account where it can't match every member to an Incydr user. Such a user may then read about themselves under a Slack account that the bot doesn't know. If false, the bot posts only where OPERATOR_MAP or e-mail matches each member to another Incydr user.",
    example: "false",
    schema: onOff(),
    default: "false",
  },

  OPERATOR_MAP: {
    group: "Rules of the team",
    description:
      "Pairs of a Slack user id and an Incydr username, separated by commas. A person needs a pair if their username is not their e-mail address in Slack.",
    example: "U0123ABC=person@example.com,U0456DEF=other@example.com",
    schema: listOf(operatorSchema),
    default: "",
  },
  GROUP_MEMBERS: {
    group: "Rules of the team",
    description:
      "The members of the groups that the policies name, for a workspace without Slack user groups. An entry is a group's name and the Slack user ids of its members, joined by +. Entries are separated by commas. If it is set, the bot does not read Slack's user groups.",
    example: "insider-risk-leads=U0123ABC+U0456DEF,insider-risk-analysts=U0789GHI",
    schema: listOf(groupMembersSchema),
    default: "",
  },
  PROTECTED_USERNAMES: {
    group: "Rules of the team",
    description:
      "Incydr usernames, such as those of service accounts, separated by commas. The policies can ask for more approvals before a change to these users.",
    example: "service.backup@example.com",
    schema: listOf(z.string().regex(/^\S+$/, { error: "must be a username without spaces" })),
    default: "",
  },
  REQUEST_EXPIRY_HOURS: {
    group: "Rules of the team",
    description: "The number of hours after which a request without a decision expires.",
    example: "24",
    schema: wholeNumber(1, 720),
    default: "24",
  },
  RATIFY_WITHIN_HOURS: {
    group: "Rules of the team",
    description:
      "The number of hours after which the bot escalates an emergency change that nobody ratified. A policy with @ratifyWithinHours takes precedence.",
    example: "24",
    schema: wholeNumber(1, 720),
    default: "24",
  },
  GRANT_DURATIONS: {
    group: "Rules of the team",
    description:
      "The durations that people can choose for temporary roles, such as 30m, 8h or 7d, separated by commas. The longest is 60d. The policies may allow less.",
    example: "1h,8h,1d,7d,30d",
    schema: listOf(hoursFrom(60)),
    default: "1h,8h,1d,7d,30d",
  },
  READ_ONLY: {
    group: "Rules of the team",
    description: "If true, the bot changes nothing in Incydr. Look-ups still work.",
    example: "false",
    schema: onOff(),
    default: "false",
  },
  POLICIES_DIR: {
    group: "Rules of the team",
    description: "The folder with the Cedar schema and the policies. The policies say who may do what.",
    example: "./policies",
    schema: z.string(),
    default: "./policies",
  },
  TICKET_PATTERN: {
    group: "Rules of the team",
    description:
      "A regular expression that the whole ticket number must match. Without it, the bot accepts any text. A pattern with look-around, back-references or more than 1,000 repetitions causes a warning.",
    example: "[A-Z]+-[0-9]+",
    schema: wholeTextPattern(),
    need: "optional",
  },
  USER_LINK_TEMPLATE: {
    group: "Rules of the team",
    description:
      "The address of a user's page in the Incydr console, to which the bot links. {userId} stands for the user's id.",
    example: "https://console.us.code42.com/app/#/users/{userId}",
    schema: linkTemplateSchema,
    need: "optional",
  },

  LOG_LEVEL: {
    group: "Running",
    description: "The lowest level of the log lines that the bot writes.",
    example: "info",
    schema: oneOf(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
    default: "info",
  },
  NODE_ENV: {
    group: "Running",
    description: "The kind of environment in which this process runs.",
    example: "production",
    schema: oneOf(["production", "development", "test"]),
    default: "production",
  },
} as const satisfies Record<string, Variable>;

export type EnvSchema = typeof envSchema;
