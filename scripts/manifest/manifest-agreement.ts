import type { Manifest } from "./manifest-schema.ts";
import type { SlackUsage } from "./slack-usage.ts";

/** Bot scopes that an event needs. Source: the event's page under https://docs.slack.dev/reference/events */
const eventScopes: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_mention: ["app_mentions:read"],
  "message.channels": ["channels:history"],
  "message.groups": ["groups:history"],
  "message.im": ["im:history"],
  member_joined_channel: ["channels:read", "groups:read"],
  member_left_channel: ["channels:read", "groups:read"],
  subteam_created: ["usergroups:read"],
  subteam_members_changed: ["usergroups:read"],
  subteam_updated: ["usergroups:read"],
};

/**
 * Compares the commands, shortcuts, events and bot scopes of the manifest with the code, in both directions. Each fault
 * is a sentence.
 */
export function agreementFaults(manifest: Manifest, usage: SlackUsage): string[] {
  const { commands, shortcuts, events } = usage.registrations;
  const needed = neededScopes(usage);
  return [
    ...events
      .filter((event) => !(event in eventScopes))
      .map((event) => `the scopes of the event ${event} are not known to the check: add them to eventScopes`),
    ...differences(
      "command",
      manifest.features.slash_commands.map((entry) => entry.command),
      commands,
    ),
    ...differences(
      "shortcut",
      manifest.features.shortcuts.map((entry) => `${entry.callback_id} (${entry.type})`),
      shortcuts.map((entry) => `${entry.callbackId} (${entry.type})`),
    ),
    ...differences("event", manifest.settings.event_subscriptions.bot_events, events),
    ...differences("bot scope", manifest.oauth_config.scopes.bot, needed),
  ];
}

function neededScopes({ methods, registrations }: SlackUsage): string[] {
  const isCommanding = registrations.commands.length + registrations.shortcuts.length > 0;
  return [
    ...(isCommanding ? ["commands"] : []),
    ...Object.values(methods).flatMap((method) => method.scopes),
    ...registrations.events.flatMap((event) => eventScopes[event] ?? []),
  ];
}

function differences(what: string, declared: readonly string[], used: readonly string[]): string[] {
  const isDeclared = new Set(declared);
  const isUsed = new Set(used);
  return [
    ...[...isUsed]
      .filter((name) => !isDeclared.has(name))
      .map((name) => `the manifest lacks the ${what} ${name}`),
    ...[...isDeclared]
      .filter((name) => !isUsed.has(name))
      .map((name) => `the manifest has the ${what} ${name}, which the code doesn't use`),
  ];
}
