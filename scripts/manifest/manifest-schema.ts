import { z } from "zod";

const url = z.url({ protocol: /^https$/, error: "must be an https URL" });

const slashCommand = z.strictObject({
  command: z.string().regex(/^\/[^\sA-Z/]{1,31}$/, {
    error: "must begin with / and have no capitals, no blanks and at most 32 characters",
  }),
  description: z.string().min(1).max(2000),
  usage_hint: z.string().max(1000).optional(),
  should_escape: z.boolean().optional(),
  url: url.optional(),
});

const shortcut = z.strictObject({
  name: z.string().min(1).max(24),
  type: z.enum(["message", "global"]),
  callback_id: z.string().min(1).max(255),
  description: z.string().min(1).max(150),
});

const scopes = z
  .array(z.string().regex(/^[a-z][a-z.:]*$/))
  .max(255)
  .refine(hasNoDuplicates, {
    error: "names a scope twice",
  });

/**
 * Slack's rules for the parts of a version 2 app manifest that this app uses. The schema allows no unknown keys.
 * Source: https://docs.slack.dev/reference/app-manifest
 */
export const manifestSchema = z
  .strictObject({
    _metadata: z.strictObject({ major_version: z.literal(2), minor_version: z.number().int() }).optional(),
    display_information: z.strictObject({
      name: z.string().min(1).max(35),
      description: z.string().max(140).optional(),
      long_description: z.string().min(175).max(4000).optional(),
      background_color: z
        .string()
        .regex(/^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)
        .optional(),
    }),
    features: z.strictObject({
      app_home: z
        .strictObject({
          home_tab_enabled: z.boolean().optional(),
          messages_tab_enabled: z.boolean().optional(),
          messages_tab_read_only_enabled: z.boolean().optional(),
        })
        .optional(),
      bot_user: z.strictObject({
        display_name: z.string().regex(/^[\w. -]{1,80}$/),
        always_online: z.boolean().optional(),
      }),
      shortcuts: z.array(shortcut).max(10).default([]),
      slash_commands: z.array(slashCommand).max(50).default([]),
    }),
    oauth_config: z.strictObject({
      redirect_urls: z.array(url).max(1000).optional(),
      scopes: z.strictObject({ bot: scopes, user: scopes.optional() }),
    }),
    settings: z.strictObject({
      allowed_ip_address_ranges: z.array(z.string()).max(10).optional(),
      event_subscriptions: z
        .strictObject({ request_url: url.optional(), bot_events: z.array(z.string()).max(100).default([]) })
        .default({ bot_events: [] }),
      interactivity: z.strictObject({
        is_enabled: z.boolean(),
        request_url: url.optional(),
        message_menu_options_url: url.optional(),
      }),
      org_deploy_enabled: z.boolean(),
      socket_mode_enabled: z.boolean(),
      token_rotation_enabled: z.boolean(),
    }),
  })
  .check((context) => {
    for (const issue of urlFaults(context.value)) {
      context.issues.push({ code: "custom", input: context.value, ...issue });
    }
  });

export type Manifest = z.output<typeof manifestSchema>;

/** Checks a parsed manifest; each fault is a sentence that begins with the path of the faulty value. */
export function manifestFaults(manifest: unknown): string[] {
  const parsed = manifestSchema.safeParse(manifest);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".") || "manifest"}: ${issue.message}`);
}

/** In HTTP mode Slack calls four addresses; in Socket Mode it calls none, and ignores them. */
function urlFaults(manifest: Manifest): { path: PropertyKey[]; message: string }[] {
  const { features, settings } = manifest;
  const urls = [
    ...features.slash_commands.map((command, index) => ({
      path: ["features", "slash_commands", index, "url"],
      url: command.url,
    })),
    { path: ["settings", "interactivity", "request_url"], url: settings.interactivity.request_url },
    {
      path: ["settings", "interactivity", "message_menu_options_url"],
      url: settings.interactivity.message_menu_options_url,
    },
    {
      path: ["settings", "event_subscriptions", "request_url"],
      url: settings.event_subscriptions.request_url,
    },
  ];
  return urls
    .filter((entry) => (entry.url === undefined) !== settings.socket_mode_enabled)
    .map(({ path }) => ({
      path,
      message: settings.socket_mode_enabled ? "must be left out in Socket Mode" : "is missing in HTTP mode",
    }));
}

function hasNoDuplicates(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
