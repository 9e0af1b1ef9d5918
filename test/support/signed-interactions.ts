import { randomUUID } from "node:crypto";
import type { HttpAnswer } from "../../sandbox/slack/delivery/http-delivery.ts";
import type { SlackSimulator } from "../../sandbox/slack/slack-simulator.ts";

/** Sends a signed payload of a modal over HTTP, with any content, also content that no client of Slack would send. */
export function sendView(
  slack: SlackSimulator,
  ...[type, userId, view, more = {}]: [type: string, userId: string, view: object, more?: object]
): Promise<HttpAnswer> {
  const name = userId.slice(2).toLowerCase();
  const payload = {
    type,
    team: { id: "T0HARBOR", domain: "harborlight" },
    user: { id: userId, username: name, name, team_id: "T0HARBOR" },
    api_app_id: "A0INCYDR",
    token: "simulated-verification-token",
    enterprise: null,
    is_enterprise_install: false,
    view: { ...BARE_VIEW, id: `V0${randomUUID()}`, ...view },
    response_urls: [],
    ...more,
  };
  return slack.deliverRaw({ body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() });
}

const BARE_VIEW = {
  team_id: "T0HARBOR",
  type: "modal",
  title: { type: "plain_text", text: "A form" },
  blocks: [],
  state: { values: {} },
  hash: "1.1",
  root_view_id: "V0RAW",
  previous_view_id: null,
  app_id: "A0INCYDR",
  bot_id: "B0INCYDR",
};
