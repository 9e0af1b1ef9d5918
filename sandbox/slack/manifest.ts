import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const manifestSchema = z.object({
  display_information: z.object({ name: z.string() }).optional(),
  features: z
    .object({
      app_home: z
        .object({ home_tab_enabled: z.boolean().optional(), messages_tab_enabled: z.boolean().optional() })
        .optional(),
      bot_user: z.object({ display_name: z.string().optional() }).optional(),
      slash_commands: z
        .array(z.object({ command: z.string(), should_escape: z.boolean().optional() }))
        .optional(),
      shortcuts: z
        .array(z.object({ name: z.string(), type: z.enum(["message", "global"]), callback_id: z.string() }))
        .optional(),
    })
    .optional(),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()).optional() }).optional() }).optional(),
  settings: z
    .object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()).optional() }).optional(),
      interactivity: z.object({ is_enabled: z.boolean() }).optional(),
      socket_mode_enabled: z.boolean().optional(),
    })
    .optional(),
});

/** A slash command of the manifest. */
export interface DeclaredCommand {
  command: string;
  /** Whether Slack turns mentions and links in the text into `<@U…|name>` and `<mailto:…|…>`. */
  shouldEscape: boolean;
}

/** A shortcut of the manifest. */
export interface DeclaredShortcut {
  name: string;
  type: "message" | "global";
  callbackId: string;
}

/** The parts of a manifest on which Slack's behaviour depends. */
export interface DeclaredApp {
  commands: readonly DeclaredCommand[];
  shortcuts: readonly DeclaredShortcut[];
  botEvents: ReadonlySet<string>;
  botScopes: ReadonlySet<string>;
  interactivity: boolean;
  homeTab: boolean;
  /** Whether the app can write to people directly. */
  messagesTab: boolean;
  socketMode: boolean;
}

/** Reads a manifest: an object, or the path of a YAML or JSON file. Throws if it isn't a manifest. */
export function readManifest(source: object | string): DeclaredApp {
  const value: unknown = typeof source === "string" ? parse(readFileSync(source, "utf8")) : source;
  const { features, oauth_config, settings } = manifestSchema.parse(value);
  return {
    commands: (features?.slash_commands ?? []).map((declared) => ({
      command: declared.command,
      shouldEscape: declared.should_escape ?? false,
    })),
    shortcuts: (features?.shortcuts ?? []).map((declared) => ({
      name: declared.name,
      type: declared.type,
      callbackId: declared.callback_id,
    })),
    botEvents: new Set(settings?.event_subscriptions?.bot_events),
    botScopes: new Set(oauth_config?.scopes?.bot),
    interactivity: settings?.interactivity?.is_enabled ?? false,
    homeTab: features?.app_home?.home_tab_enabled ?? false,
    messagesTab: features?.app_home?.messages_tab_enabled ?? false,
    socketMode: settings?.socket_mode_enabled ?? false,
  };
}
