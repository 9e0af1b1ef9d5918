import type { ApiMethod } from "./api-method.ts";

/** `auth.test` and `apps.connections.open`. */
export const appMethods: Record<string, ApiMethod> = {
  "auth.test": {
    token: "bot",
    scopes: [],
    rate: "none",
    run: ({ state: { workspace } }) => ({
      url: `https://${workspace.team.domain}.slack.com/`,
      team: workspace.team.name,
      user: workspace.app.botName,
      team_id: workspace.team.id,
      user_id: workspace.app.botUserId,
      bot_id: workspace.app.botId,
      is_enterprise_install: false,
    }),
  },
  "apps.connections.open": {
    token: "app",
    scopes: [],
    rate: "tier3",
    run: ({ openSocket }) => ({ url: openSocket() }),
  },
};
