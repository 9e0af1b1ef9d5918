import { parseDocument } from "yaml";

/** The path of Bolt's HTTP receiver for commands, interactions and events. */
const slackPath = "/slack/events";

/**
 * The manifest for HTTP, as YAML with its comments, made from the one for Socket Mode.
 *
 * @param origin the bot's public address, for instance `https://bot.example.com`; the function throws if it isn't https
 */
export function toHttpManifest(socketManifestYaml: string, origin: string): string {
  const address = URL.parse(origin);
  if (address?.protocol !== "https:")
    throw new Error(`The address ${origin} must begin with https://, because Slack calls no other.`);
  const url = `${address.origin}${address.pathname.replace(/\/+$/, "")}${slackPath}`;

  const manifest = parseDocument(socketManifestYaml);
  manifest.commentBefore =
    " The Slack app, for HTTP: https://api.slack.com/apps > Create New App > From a manifest.";
  const commands: unknown = manifest.toJS().features?.slash_commands;
  const commandCount = Array.isArray(commands) ? commands.length : 0;
  for (let index = 0; index < commandCount; index += 1) {
    manifest.setIn(["features", "slash_commands", index, "url"], url);
  }
  manifest.setIn(["settings", "interactivity", "request_url"], url);
  manifest.setIn(["settings", "interactivity", "message_menu_options_url"], url);
  manifest.setIn(["settings", "event_subscriptions", "request_url"], url);
  manifest.setIn(["settings", "socket_mode_enabled"], false);
  return manifest.toString({ lineWidth: 0 });
}
