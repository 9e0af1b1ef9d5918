import { randomUUID } from "node:crypto";
import type { HttpAnswer } from "../../sandbox/slack/delivery/http-delivery.ts";
import type { SlackSimulator } from "../../sandbox/slack/slack-simulator.ts";

/** A click on a card's button, as its sender wants the bot to believe it. */
export interface RawClick {
  /** A Slack user id, of somebody or of nobody. */
  readonly userId: string;
  readonly actionId: string;
  readonly requestId: number;
  /** First characters of the hash of what the card is said to have shown. */
  readonly shown: string;
  /** Default: as Slack signs. */
  readonly signature?: "valid" | "bad" | "none";
}

/** Interactions that no client has to have sent: whoever knows what Slack signs writes in them what they like. */
export interface SignedInteractions {
  click(click: RawClick): Promise<unknown>;
  view(type: string, userId: string, view: object, more?: object): Promise<HttpAnswer>;
}

/** Makes what sends interactions of the fictional company's workspace by HTTP. */
export function createSignedInteractions(slack: SlackSimulator): SignedInteractions {
  const send = (payload: object, signature?: RawClick["signature"]) =>
    slack.deliverRaw({
      body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
      ...(signature ? { signature } : {}),
    });
  return {
    click: ({ userId, actionId, requestId, shown, signature }) => {
      const action = {
        type: "button",
        action_id: actionId,
        block_id: `decision:${shown}`,
        text: { type: "plain_text", text: "A button", emoji: false },
        value: String(requestId),
        action_ts: String(Date.now() / 1_000),
      };
      const payload = {
        ...interaction("block_actions", userId),
        container: { type: "message", message_ts: "1.1", channel_id: "C0APPROVE", is_ephemeral: false },
        channel: { id: "C0APPROVE", name: "privategroup" },
        message: { type: "message", ts: "1.1", text: "A card" },
        trigger_id: "1.1.raw",
        response_url: "http://127.0.0.1:9/none",
        state: { values: {} },
        actions: [action],
      };
      return send(payload, signature);
    },
    view: (type, userId, view, more = {}) =>
      send({
        ...interaction(type, userId),
        view: { ...BARE_VIEW, id: `V0${randomUUID()}`, ...view },
        response_urls: [],
        ...more,
      }),
  };
}

function interaction(type: string, userId: string) {
  const name = userId.slice(2).toLowerCase();
  return {
    type,
    team: { id: "T0HARBOR", domain: "harborlight" },
    user: { id: userId, username: name, name, team_id: "T0HARBOR" },
    api_app_id: "A0INCYDR",
    token: "simulated-verification-token",
    enterprise: null,
    is_enterprise_install: false,
  };
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
