import { relative } from "node:path";
import type { Sandbox } from "./start-sandbox.ts";
import type { Style } from "./terminal/style.ts";
import { describeChannels, describePeople } from "./workspace-text.ts";

/** What is running and where, who is there, and how to drive it. */
export function summary(options: { sandbox: Sandbox; dataDir: string; style: Style }): string {
  const { sandbox, dataDir, style } = options;
  const { slack, incydr, postgres, bot, botUrl, opsUrl, botLog } = sandbox;
  const heading = (text: string) => style.strong(text);
  const inWords = slack.delivery === "socket" ? "over Socket Mode" : `over HTTP at ${botUrl}/slack/events`;
  const shown = (file: string) => relative(process.cwd(), file) || ".";
  return [
    heading("Running"),
    `  bot          process ${bot.pid}, reached by Slack ${inWords}; its log: ${shown(botLog)}`,
    `  probes       ${opsUrl}/readyz says whether the bot can work; /healthz, /metrics`,
    `  Slack        ${slack.apiUrl}, simulated; it begins anew each time`,
    `  Incydr       ${incydr.url}, simulated; it begins anew each time; its control: /_control`,
    `  PostgreSQL   127.0.0.1:${postgres.port}, kept in ${shown(dataDir)}; --fresh empties it`,
    `  supervisor   process ${process.pid}; Ctrl-C stops everything`,
    "",
    heading("People"),
    indented(describePeople()),
    "",
    heading("Channels"),
    indented(describeChannels()),
    "",
    `Try:  maya #insider-risk-approvals /incydr user nadia.petrov@harborlight.example`,
    `${heading("help")} shows everything that can be typed here.`,
  ].join("\n");
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
