import { randomUUID } from "node:crypto";
import type { Envelope, EnvelopeKind } from "../../sandbox/slack/delivery/envelope.ts";
import type { SlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { ACTION_IDS, MENU_IDS, OVERFLOW_IDS, VIEW_IDS } from "../../src/slack/ids/registrations.ts";

/** A payload that is sent like Slack's own: signed, or over a connection to Slack. */
export interface RawDelivery {
  readonly kind: EnvelopeKind;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The ack of the bot: over HTTP its status, in Socket Mode `200` for any ack. */
export interface RawAnswer {
  readonly status: number | null;
  readonly body: unknown;
}

/** Delivers any payload, also one that no client would send; `status` is `null` without an answer. */
export async function deliver(slack: SlackSimulator, { kind, payload }: RawDelivery): Promise<RawAnswer> {
  if (slack.delivery === "socket") {
    const envelope: Envelope = { kind, payload, acceptsResponse: true };
    const { acked, body } = await slack.socket.send(envelope, { envelopeId: randomUUID(), isRepeat: false });
    return { status: acked ? 200 : null, body };
  }
  const isEvent = kind === "events_api";
  const { status, body } = await slack.deliverRaw({
    contentType: isEvent ? "application/json" : "application/x-www-form-urlencoded",
    body: isEvent ? JSON.stringify(payload) : formOf(kind, payload),
  });
  return { status, body: body.startsWith("{") ? JSON.parse(body) : body || undefined };
}

function formOf(kind: EnvelopeKind, payload: RawDelivery["payload"]): string {
  if (kind === "interactive") return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const fields = Object.entries(payload).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(fields).toString();
}

/** One payload of each kind that the bot knows, whole, as facts/slack-platform.md describes them. */
export function everyPayload(options: {
  slackUserId: string;
  channelId: string;
  responseUrl: string;
  privateMetadata: string;
}): RawDelivery[] {
  const { slackUserId, channelId, responseUrl, privateMetadata } = options;
  const user = { id: slackUserId, username: "somebody", name: "somebody", team_id: "T0HARBOR" };
  const interaction = (type: string, more: object): RawDelivery => ({
    kind: "interactive",
    payload: {
      type,
      team: { id: "T0HARBOR", domain: "harborlight" },
      user,
      api_app_id: "A0INCYDR",
      token: "simulated-verification-token",
      enterprise: null,
      is_enterprise_install: false,
      trigger_id: "1000000001.2000000001.0123456789abcdef0123456789abcdef",
      ...more,
    },
  });
  const channel = { id: channelId, name: "privategroup" };
  const message = {
    ...{
      bot_id: "B0INCYDR",
      app_id: "A0INCYDR",
      type: "message",
      text: "A card about nadia@harborlight.example",
    },
    ...{
      user: "U0BOT",
      ts: "1700000000.000100",
      team: "T0HARBOR",
      thread_ts: "1700000000.000100",
      blocks: [],
    },
  };
  const view = (callbackId: string) => ({
    ...{ id: "V0000000001", team_id: "T0HARBOR", type: "modal", callback_id: callbackId },
    ...{ private_metadata: privateMetadata, hash: "1700000000.abcdef", blocks: [] },
    ...{ title: { type: "plain_text", text: "A form" }, submit: null, close: null },
    ...{ clear_on_close: false, notify_on_close: true, previous_view_id: null, root_view_id: "V0000000001" },
    ...{ app_id: "A0INCYDR", external_id: "", app_installed_team_id: "T0HARBOR", bot_id: "B0INCYDR" },
    state: {
      values: {
        reason: { value: { type: "plain_text_input", value: "A reason" } },
        who: { value: { type: "plain_text_input", value: "nadia@harborlight.example" } },
        kind: { value: { type: "radio_buttons", selected_option: { value: "deactivate" } } },
        text: { value: { type: "plain_text_input", value: "nadia@harborlight.example" } },
        file: { value: { type: "file_input", files: [{ id: "F0000000001" }] } },
        people: { value: { type: "multi_users_select", selected_users: [slackUserId] } },
      },
    },
  });
  const event = (type: string): RawDelivery => ({
    kind: "events_api",
    payload: {
      token: "simulated-verification-token",
      ...{ team_id: "T0HARBOR", api_app_id: "A0INCYDR", type: "event_callback" },
      event: {
        ...{ type, subteam_id: "S0LEADS", team_id: "T0HARBOR", event_ts: "1700000000.000100" },
        subteam: { id: "S0LEADS", handle: "insider-risk-leads", name: "Leads" },
      },
      ...{ event_id: "Ev0000000001", event_time: 1_700_000_000, is_ext_shared_channel: false },
      authorizations: [{ enterprise_id: null, team_id: "T0HARBOR", user_id: "U0BOT", is_bot: true }],
    },
  });
  const commands = ["user nadia", "roles", "deactivate nadia", "undo CR-1", "unfreeze"];
  return [
    ...commands.map(
      (text): RawDelivery => ({
        kind: "slash_commands",
        payload: {
          ...{ token: "simulated-verification-token", team_id: "T0HARBOR", team_domain: "harborlight" },
          ...{
            channel_id: channelId,
            channel_name: "privategroup",
            user_id: slackUserId,
            user_name: "somebody",
          },
          ...{ command: "/incydr", text, api_app_id: "A0INCYDR", is_enterprise_install: "false" },
          ...{
            response_url: responseUrl,
            trigger_id: "1000000001.2000000001.0123456789abcdef0123456789abcdef",
          },
        },
      }),
    ),
    ...Object.values(ACTION_IDS).map((actionId) =>
      interaction("block_actions", {
        container: { type: "message", message_ts: message.ts, channel_id: channelId, is_ephemeral: false },
        ...{ channel, message, state: { values: {} }, response_url: responseUrl },
        actions: [
          {
            ...{ type: "button", action_id: actionId, block_id: "decision:0123456789abcdef", value: "1" },
            ...{ text: { type: "plain_text", text: "A button" }, action_ts: "1700000000.000200" },
          },
        ],
      }),
    ),
    ...Object.values(OVERFLOW_IDS).map((action_id) =>
      interaction("block_actions", {
        container: { type: "message", message_ts: message.ts, channel_id: channelId, is_ephemeral: true },
        ...{ channel, state: { values: {} }, response_url: responseUrl },
        actions: [
          {
            ...{ type: "overflow", action_id, block_id: "user:1", action_ts: "1700000000.000200" },
            selected_option: { text: { type: "plain_text", text: "Look up" }, value: "look_up:1" },
          },
        ],
      }),
    ),
    ...Object.values(VIEW_IDS).map((id) =>
      interaction("view_submission", { view: view(id), response_urls: [] }),
    ),
    interaction("view_closed", { view: view(VIEW_IDS.notice), is_cleared: false }),
    ...Object.values(MENU_IDS).map((action_id) =>
      interaction("block_suggestion", {
        container: { type: "view", view_id: "V0000000001" },
        ...{ action_id, block_id: "org", value: "Re", view: view(VIEW_IDS.changeForm) },
      }),
    ),
    interaction("message_action", {
      ...{ callback_id: "act_on_user", action_ts: "1700000000.000200", channel, message },
      ...{ message_ts: message.ts, response_url: responseUrl },
    }),
    ...["subteam_members_changed", "subteam_updated", "subteam_created"].map(event),
  ];
}
