/** Every Web API method that the bot calls, with its bot scopes. `check:manifest` compares them with `manifest.yml`. */
export const WEB_API_METHODS = {
  "auth.test": { scopes: [] },
  "chat.delete": { scopes: ["chat:write"] },
  "chat.getPermalink": { scopes: [] },
  "chat.postEphemeral": { scopes: ["chat:write"] },
  "chat.postMessage": { scopes: ["chat:write"] },
  "chat.update": { scopes: ["chat:write"] },
  "conversations.history": { scopes: ["channels:history", "groups:history"] },
  "conversations.info": { scopes: ["channels:read", "groups:read"] },
  "conversations.members": { scopes: ["channels:read", "groups:read"] },
  "conversations.replies": { scopes: ["channels:history", "groups:history"] },
  "conversations.open": { scopes: ["im:write"] },
  "files.completeUploadExternal": { scopes: ["files:write"] },
  "files.delete": { scopes: ["files:write"] },
  "files.getUploadURLExternal": { scopes: ["files:write"] },
  "files.info": { scopes: ["files:read"] },
  "usergroups.list": { scopes: ["usergroups:read"] },
  "users.info": { scopes: ["users:read"] },
  "users.list": { scopes: ["users:read"] },
  "users.lookupByEmail": { scopes: ["users:read.email"] },
  "views.open": { scopes: [] },
  "views.update": { scopes: [] },
} as const satisfies Readonly<Record<string, { readonly scopes: readonly string[] }>>;

const REQUIRED_SCOPES: ReadonlySet<string> = new Set([
  "commands", // for slash commands and shortcuts
  ...Object.values(WEB_API_METHODS).flatMap(({ scopes }): readonly string[] => scopes),
]);

/**
 * Lists the bot scopes that the token lacks, in alphabetical order.
 * @param granted `response_metadata.scopes` of any answer; if Slack did not send them, none counts as missing
 */
export function missingScopes(granted: readonly string[] | undefined): string[] {
  if (granted === undefined) return [];
  return [...REQUIRED_SCOPES].filter((scope) => !granted.includes(scope)).toSorted();
}
