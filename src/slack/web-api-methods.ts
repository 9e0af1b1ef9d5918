/** Every Web API method that the bot calls, with the bot scopes it takes. Held against `manifest.yml`. */
export const WEB_API_METHODS = {
  "auth.test": { scopes: [] },
  "chat.getPermalink": { scopes: [] },
  "chat.postEphemeral": { scopes: ["chat:write"] },
  "chat.postMessage": { scopes: ["chat:write"] },
  "chat.update": { scopes: ["chat:write"] },
  "conversations.history": { scopes: ["channels:history", "groups:history"] },
  "conversations.info": { scopes: ["channels:read", "groups:read"] },
  "conversations.members": { scopes: ["channels:read", "groups:read"] },
  "conversations.replies": { scopes: ["channels:history", "groups:history"] },
  "usergroups.list": { scopes: ["usergroups:read"] },
  "users.info": { scopes: ["users:read"] },
  "users.list": { scopes: ["users:read"] },
  "users.lookupByEmail": { scopes: ["users:read.email"] },
  "views.open": { scopes: [] },
  "views.update": { scopes: [] },
} as const satisfies Readonly<Record<string, { readonly scopes: readonly string[] }>>;
