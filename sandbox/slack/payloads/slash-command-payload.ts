import { escapeEntities } from "../render/markup.ts";
import type { Channel, Person, Workspace } from "../state/workspace.ts";

/** The form of a slash command. */
export function slashCommandPayload(options: {
  workspace: Workspace;
  token: string;
  person: Person;
  channel: Channel;
  command: string;
  text: string;
  responseUrl: string;
  triggerId: string;
}): Record<string, string> {
  const { workspace, token, person, channel, command, text, responseUrl, triggerId } = options;
  return {
    token,
    team_id: person.teamId,
    team_domain: person.teamId === workspace.team.id ? workspace.team.domain : person.teamId.toLowerCase(),
    channel_id: channel.id,
    channel_name: channel.kind === "im" ? "directmessage" : channel.name,
    user_id: person.id,
    user_name: person.username,
    command,
    text,
    api_app_id: workspace.app.appId,
    is_enterprise_install: "false",
    response_url: responseUrl,
    trigger_id: triggerId,
  };
}

const MENTION = /(^|\s)@([\w.-]*\w)/g;
const CHANNEL = /(^|\s)#([\w-]+)/g;
const EMAIL = /(?<![\w.+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu;
const URL = /\bhttps?:\/\/[^\s<>]+/g;

/**
 * Converts the typed text of a command as Slack does. Entities are always escaped. With `shouldEscape`, known
 * `@username`s and `#channel`s become `<@U…|username>` and `<#C…|name>`, and links and e-mails become `<https://…>` and
 * `<mailto:…|…>`.
 *
 * The manifest option is called "Escape channels, users, and links sent to your app". Slack is reported to treat
 * e-mails as links in messages; this simulator assumes the same for commands.
 */
export function commandText(typed: string, workspace: Workspace, shouldEscape: boolean): string {
  const escaped = escapeEntities(typed);
  if (!shouldEscape) return escaped;
  return escaped
    .replaceAll(EMAIL, (email) => `<mailto:${email}|${email}>`)
    .replaceAll(URL, (url) => `<${url}>`)
    .replaceAll(MENTION, (whole, before: string, name: string) => {
      const person = [...workspace.people.values()].find(({ key, username }) =>
        [key, username].includes(name),
      );
      return person ? `${before}<@${person.id}|${person.username}>` : whole;
    })
    .replaceAll(CHANNEL, (whole, before: string, name: string) => {
      const channel = [...workspace.channels.values()].find((each) => each.name === name);
      return channel ? `${before}<#${channel.id}|${channel.name}>` : whole;
    });
}
