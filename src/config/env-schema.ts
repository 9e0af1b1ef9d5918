import { z } from "zod";
import { DEFAULT_REQUESTS_PER_MINUTE } from "../kernel/default-requests-per-minute.ts";
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
    error: "must be pairs such as U123ABC=person@example.com",
  })
  .transform((pair): readonly [slackUserId: string, incydrUsername: string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });

const groupMembersSchema = z
  .string()
  .regex(/^[\w.-]+\s*=\s*[UW][A-Z0-9]{3,}(\s*\+\s*[UW][A-Z0-9]{3,})*$/, {
    error: "must be a group and its members such as leads=U123ABC+U456DEF",
  })
  .transform((entry): readonly [handle: string, slackUserIds: readonly string[]] => {
    const [handle = "", members = ""] = entry.split("=");
    return [handle.trim(), [...new Set(members.split("+").map((id) => id.trim()))]];
  });

const linkTemplateSchema = z
  .url({ protocol: /^https?$/, error: "must be a URL", abort: true })
  .refine((text) => text.includes("{userId}"), { error: "must contain {userId}" });

/**
 * Every environment variable that this product reads, in the order of `.env.example`.
 * Which of Slack's tokens serves what: https://docs.slack.dev/authentication/tokens
 */
export const envSchema = {
  SLACK_MODE: {
    group: "Slack",
    description:
      "How Slack reaches the bot. socket: the bot opens the connection, no public address is needed. http: Slack calls the bot's public address.",
    example: "socket",
    schema: oneOf(["socket", "http"]),
    default: "socket",
  },
  SLACK_BOT_TOKEN: {
    group: "Slack",
    description: "The bot's token, from the Slack app's page OAuth & Permissions.",
    example: "xoxb-your-bot-token",
    schema: secretText("xoxb-"),
    need: "required",
    secret: true,
  },
  SLACK_APP_TOKEN: {
    group: "Slack",
    description:
      "Socket mode only: the app-level token with the scope connections:write, from the page Basic Information.",
    example: "xapp-your-app-token",
    schema: secretText("xapp-"),
    need: "socket",
    secret: true,
  },
  SLACK_SIGNING_SECRET: {
    group: "Slack",
    description: "HTTP mode only: what Slack signs its requests with, from the page Basic Information.",
    example: "your-signing-secret",
    schema: secretText(),
    need: "http",
    secret: true,
  },
  SLACK_API_URL: {
    group: "Slack",
    description: "The address of Slack's Web API, where it is another than Slack's own.",
    example: "https://slack.com/api",
    schema: serviceUrl(),
    need: "optional",
  },

  HTTP_HOST: {
    group: "HTTP server",
    description:
      "The address to listen on: in http mode for Slack's requests and a bare /healthz, in socket mode for /healthz alone. 0.0.0.0 is every address.",
    example: "127.0.0.1",
    schema: listenHost(),
    default: "127.0.0.1",
  },
  HTTP_PORT: {
    group: "HTTP server",
    description: "The port to listen on at HTTP_HOST. 0 takes any free one.",
    example: "3000",
    schema: wholeNumber(0, 65_535),
    default: "3000",
  },

  OPS_HOST: {
    group: "Probes and metrics",
    description:
      "The address of the probes /healthz and /readyz and of /metrics, in both modes. Slack and the Internet need no access to it. 0.0.0.0 is every address.",
    example: "127.0.0.1",
    schema: listenHost(),
    default: "127.0.0.1",
  },
  OPS_PORT: {
    group: "Probes and metrics",
    description: "The port of the probes and the metrics at OPS_HOST. 0 takes any free one.",
    example: "3001",
    schema: wholeNumber(0, 65_535),
    default: "3001",
  },

  DATABASE_URL: {
    group: "Database",
    description: "The PostgreSQL database that holds requests, decisions, jobs and the audit log.",
    example: "postgres://incydr_chatops:password@localhost:5432/incydr_chatops",
    schema: databaseUrl(),
    need: "required",
    secret: true,
  },
  DATABASE_CONNECTIONS: {
    group: "Database",
    description:
      "The most connections that one replica opens: 3 for the job queue, a third of the rest for its work, two thirds for locks. The database must allow so many for each replica.",
    example: "39",
    schema: wholeNumber(15, 1000),
    default: "39",
  },

  INCYDR_URL: {
    group: "Incydr",
    description: "The API of your Incydr tenant: the console's address with api in the place of console.",
    example: "https://api.us.code42.com",
    schema: serviceUrl().refine((text) => !new URL(text).hostname.startsWith("console."), {
      error: "is the address of the console; the API's begins with https://api.",
    }),
    need: "required",
  },
  INCYDR_CLIENT_ID: {
    group: "Incydr",
    description:
      "The id of the API client, from the console under Administration > Integrations > API Clients.",
    example: "key-00000000-0000-0000-0000-000000000000",
    schema: secretText(),
    need: "required",
  },
  INCYDR_CLIENT_SECRET: {
    group: "Incydr",
    description: "The secret of the API client, shown once when it was made.",
    example: "your-client-secret",
    schema: secretText(),
    need: "required",
    secret: true,
  },
  INCYDR_REQUESTS_PER_MINUTE: {
    group: "Incydr",
    description: "The most requests in a minute that the bot may send to the API.",
    example: String(DEFAULT_REQUESTS_PER_MINUTE),
    schema: wholeNumber(1, 60_000),
    default: String(DEFAULT_REQUESTS_PER_MINUTE),
  },
  REDIS_URL: {
    group: "Incydr",
    description:
      "The Redis server over which several replicas of the bot keep that limit together. Without it each keeps its share by itself.",
    example: "redis://:password@localhost:6379",
    schema: redisUrl(),
    need: "optional",
    secret: true,
  },
  INCYDR_SHARE: {
    group: "Incydr",
    description:
      "The part of the limit that this replica keeps to by itself, without Redis or while it can't be reached: 1 divided by the number of replicas.",
    example: "1/3",
    schema: partOfOne(),
    default: "1",
  },

  APPROVALS_CHANNEL: {
    group: "Channels",
    description:
      "The private channel in which requests that began nowhere else wait for their approval: its id.",
    example: "C0123APPROVE",
    schema: channelIdSchema,
    need: "required",
  },
  AUDIT_CHANNEL: {
    group: "Channels",
    description: "The private channel that is told of every event: its id.",
    example: "C0123AUDIT",
    schema: channelIdSchema,
    need: "required",
  },
  RESTRICTED_CHANNEL: {
    group: "Channels",
    description:
      "The private channel for requests about a person who is in the channel where they began: its id. Keep it small. Several ids, separated by commas, are tried in their order: the first without this person is used, so that a request about a member of one can go to another.",
    example: "C0123RESTRICT,C0456RESTRICT",
    schema: someOf(channelIdSchema),
    need: "required",
  },
  CARD_CHANNELS: {
    group: "Channels",
    description:
      "Where requests may be made and shown beside the approvals channel: channel ids and patterns of names, separated by commas. Only private channels with no guest and nobody of another company are used.",
    example: "inc-*,C0123ABCDEF",
    schema: listOf(channelRuleSchema),
    default: "",
  },
  ALLOW_PUBLIC_CHANNELS: {
    group: "Channels",
    description:
      "Patterns of names of public channels that may be used as well. Everybody in the workspace can read those, guests excepted.",
    example: "public-inc-*",
    schema: listOf(channelNameRuleSchema),
    default: "",
  },
  ACCEPT_UNMAPPED_SUBJECTS: {
    group: "Channels",
    description:
      "If true, something about a user without a known Slack account may be posted also where it isn't known which Incydr user each member is. Such a user may then read about themselves, under an account that the bot can't tell. If false, it goes only where each member is known, by OPERATOR_MAP or e-mail, to be another Incydr user.",
    example: "false",
    schema: onOff(),
    default: "false",
  },

  OPERATOR_MAP: {
    group: "Rules of the team",
    description:
      "Which Incydr username a person in Slack has, where it isn't their e-mail address in Slack: pairs separated by commas.",
    example: "U0123ABC=person@example.com,U0456DEF=other@example.com",
    schema: listOf(operatorSchema),
    default: "",
  },
  GROUP_MEMBERS: {
    group: "Rules of the team",
    description:
      "Who is in the groups that the policies name, for a workspace without user groups: each group's name and the Slack ids of its members, joined by +; groups are separated by commas. If it is set, Slack's user groups are not used at all.",
    example: "insider-risk-leads=U0123ABC+U0456DEF,insider-risk-analysts=U0789GHI",
    schema: listOf(groupMembersSchema),
    default: "",
  },
  PROTECTED_USERNAMES: {
    group: "Rules of the team",
    description:
      "Incydr usernames that need more than the usual approvals, service accounts for instance, separated by commas.",
    example: "service.backup@example.com",
    schema: listOf(z.string().regex(/^\S+$/, { error: "must be usernames without blanks" })),
    default: "",
  },
  REQUEST_EXPIRY_HOURS: {
    group: "Rules of the team",
    description: "After how many hours a request without a decision expires.",
    example: "24",
    schema: wholeNumber(1, 720),
    default: "24",
  },
  RATIFY_WITHIN_HOURS: {
    group: "Rules of the team",
    description:
      "After how many hours an emergency change that nobody ratified is escalated, where no policy says.",
    example: "24",
    schema: wholeNumber(1, 720),
    default: "24",
  },
  GRANT_DURATIONS: {
    group: "Rules of the team",
    description:
      "For how long roles may be given, beside for good: lengths of time such as 30m, 8h or 7d, separated by commas; at most 60d. The policies may allow less.",
    example: "1h,8h,1d,7d,30d",
    schema: listOf(hoursFrom(60)),
    default: "1h,8h,1d,7d,30d",
  },
  READ_ONLY: {
    group: "Rules of the team",
    description: "true stops every change; look-ups go on.",
    example: "false",
    schema: onOff(),
    default: "false",
  },
  POLICIES_DIR: {
    group: "Rules of the team",
    description: "The folder with the Cedar schema and policies that say who may do what.",
    example: "./policies",
    schema: z.string(),
    default: "./policies",
  },
  TICKET_PATTERN: {
    group: "Rules of the team",
    description:
      "A regular expression that the whole of a ticket's number must match. Without it any text is accepted. Look-around, back-references and more than 1,000 repetitions are accepted with a warning.",
    example: "[A-Z]+-[0-9]+",
    schema: wholeTextPattern(),
    need: "optional",
  },
  USER_LINK_TEMPLATE: {
    group: "Rules of the team",
    description:
      "The page of a user in the Incydr console, linked from what the bot shows; {userId} stands for the id.",
    example: "https://console.us.code42.com/app/#/users/{userId}",
    schema: linkTemplateSchema,
    need: "optional",
  },

  LOG_LEVEL: {
    group: "Running",
    description: "How much is logged.",
    example: "info",
    schema: oneOf(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
    default: "info",
  },
  NODE_ENV: {
    group: "Running",
    description: "What this process runs for.",
    example: "production",
    schema: oneOf(["production", "development", "test"]),
    default: "production",
  },
} as const satisfies Record<string, Variable>;

export type EnvSchema = typeof envSchema;
