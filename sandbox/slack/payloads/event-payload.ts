import { randomBytes } from "node:crypto";
import type { Workspace } from "../state/workspace.ts";

/** An event of the Events API, wrapped as Slack sends it. `nowMs` is in milliseconds. */
export function eventPayload(options: {
  workspace: Workspace;
  token: string;
  nowMs: number;
  event: Record<string, unknown> & { type: string };
  isSharedChannel?: boolean;
}): Record<string, unknown> {
  const { workspace, token, nowMs, event, isSharedChannel = false } = options;
  return {
    token,
    team_id: workspace.team.id,
    api_app_id: workspace.app.appId,
    event,
    type: "event_callback",
    event_id: `Ev${randomBytes(5).toString("hex").toUpperCase()}`,
    event_time: Math.floor(nowMs / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: workspace.team.id,
        user_id: workspace.app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: isSharedChannel,
    event_context: `4-${randomBytes(12).toString("base64url")}`,
  };
}
