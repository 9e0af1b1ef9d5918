import { join } from "node:path";
import type { IncydrSimulator } from "../incydr/incydr-simulator.ts";
import type { SlackSimulator } from "../slack/slack-simulator.ts";
import { CLONE } from "./sandbox-options.ts";

/**
 * Variables of the machine that a process needs. The bot gets no other variables of the caller, because they could
 * change its configuration.
 */
const PASSED_ON = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "NODE_COMPILE_CACHE"];

/**
 * Makes the whole environment of a bot between these simulators, with Harborlight's configuration. Slack reaches the
 * bot at `port`; probes and metrics are at `opsPort`. `requestsPerMinute` limits its requests to Incydr.
 * `directoryRefresh` says whether it reads its directory of users.
 */
export function botEnvironment(options: {
  slack: SlackSimulator;
  incydr: IncydrSimulator;
  databaseUrl: string;
  port: number;
  opsPort: number;
  requestsPerMinute: number;
  directoryRefresh: boolean;
}): Readonly<Record<string, string>> {
  const { slack, incydr, databaseUrl, port, opsPort, requestsPerMinute, directoryRefresh } = options;
  const passedOn = PASSED_ON.map((name) => [name, process.env[name]]).filter(
    ([, value]) => value !== undefined,
  );
  return {
    ...Object.fromEntries(passedOn),
    SLACK_MODE: slack.delivery,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(slack.delivery === "socket"
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_API_URL: slack.apiUrl,
    HTTP_HOST: "127.0.0.1",
    HTTP_PORT: String(port),
    OPS_HOST: "127.0.0.1",
    OPS_PORT: String(opsPort),
    DATABASE_URL: databaseUrl,
    INCYDR_URL: incydr.url,
    INCYDR_CLIENT_ID: incydr.clientId,
    INCYDR_CLIENT_SECRET: incydr.clientSecret,
    INCYDR_REQUESTS_PER_MINUTE: String(requestsPerMinute),
    DIRECTORY_REFRESH: String(directoryRefresh),
    APPROVALS_CHANNEL: "C0APPROVE",
    AUDIT_CHANNEL: "C0AUDIT",
    RESTRICTED_CHANNEL: "C0RESTRICT",
    CARD_CHANNELS: "inc-*",
    // The first duration is so short that a person can see its end.
    GRANT_DURATIONS: "12s,1h,8h,1d,7d,30d",
    PROTECTED_USERNAMES: "service.backup@harborlight.example",
    POLICIES_DIR: join(CLONE, "policies"),
  };
}
