import { relative } from "node:path";
import type { Sandbox } from "./start-sandbox.ts";
import type { Style } from "./terminal/style.ts";
import { describeChannels, describePeople } from "./workspace-text.ts";

/** Lists the running parts with their addresses, the people and the channels, and names the first command to type. */
export function summary(options: {
  sandbox: Sandbox;
  dataDir: string;
  envFile: string;
  style: Style;
}): string {
  const { sandbox, dataDir, envFile, style } = options;
  const { slack, incydr, postgres, bot, botUrl, opsUrl, botLog } = sandbox;
  const heading = (text: string) => style.strong(text);
  const inWords = slack.delivery === "socket" ? "over Socket Mode" : `over HTTP at ${botUrl}/slack/events`;
  const shown = (file: string) => relative(process.cwd(), file) || ".";
  return [
    heading("Running"),
    `  bot          process ${bot.pid}; Slack reaches it ${inWords}; log: ${shown(botLog)}`,
    `  probes       ${opsUrl}/readyz says whether the bot can work; /healthz, /metrics`,
    `  Slack        ${slack.apiUrl}, simulated`,
    `  Incydr       ${incydr.url}, simulated; control: /_control`,
    `  PostgreSQL   127.0.0.1:${postgres.port}, in ${shown(dataDir)}`,
    `  CLI          in another terminal: npm run cli -- audit verify --env ${shown(envFile)}`,
    `  supervisor   process ${process.pid}; Ctrl-C stops everything`,
    "",
    "  Each start has an empty database, no Slack messages, and the same Incydr tenant.",
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
