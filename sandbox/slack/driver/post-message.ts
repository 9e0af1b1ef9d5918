import { faultLine } from "../blocks/fault-texts.ts";
import { checkBlocks } from "../blocks/validate-blocks.ts";
import type { DeliveryRecord } from "../delivery/envelope.ts";
import { messagePayload } from "../payloads/message-payload.ts";
import { commandText } from "../payloads/slash-command-payload.ts";
import type { StoredMessage } from "../state/message-store.ts";
import type { ClientContext } from "./client-context.ts";
import { conversationOf } from "./conversation.ts";
import { isSubscribed, sendEvent } from "./send-event.ts";

/** The options of a post. */
export interface PostOptions {
  /** Posts as another app with this name (`Alerts` for `true`). The text is then mrkdwn. */
  asBot?: boolean | string;
  /** Blocks of that other app. */
  blocks?: unknown[];
  /** Legacy attachments of that other app. */
  attachments?: Record<string, unknown>[];
  /** The message to reply to. */
  threadTs?: string;
}

/** Another app in the workspace, which posts alerts. */
const OTHER_APP = { authorId: "U0ALERTS", botId: "B0ALERTS", appId: "A0ALERTS" };

/**
 * Posts a message. A person's text is escaped, and its mentions, e-mails and links become markup, as in Slack's
 * composer. If the manifest subscribes to events for the message, they are sent in the background.
 */
export function postMessage(
  client: ClientContext,
  channelName: string,
  text: string,
  options: PostOptions = {},
): { message: StoredMessage; events: Promise<(DeliveryRecord | undefined)[]> } {
  const { person, state } = client;
  const channel = conversationOf(client, channelName);
  const { asBot, threadTs } = options;
  const isOtherApp = asBot !== undefined && asBot !== false;
  const message = state.messages.add(
    {
      channelId: channel.id,
      ...(threadTs === undefined ? {} : { threadTs }),
      ...(isOtherApp
        ? { ...OTHER_APP, authorName: asBot === true ? "Alerts" : asBot }
        : { authorId: person.id }),
    },
    {
      text: isOtherApp ? text : commandText(text, state.workspace, true),
      blocks: blocksOf(options.blocks),
      attachments: options.attachments ?? [],
    },
  );
  return { message, events: announce(client, message) };
}

function blocksOf(raw: unknown[] | undefined) {
  if (raw === undefined) return [];
  const checked = checkBlocks(raw, { surface: "message" });
  if (!checked.ok) throw new Error(`Slack refuses these blocks: ${checked.faults.map(faultLine).join("; ")}`);
  return checked.blocks;
}

function announce(client: ClientContext, message: StoredMessage): Promise<(DeliveryRecord | undefined)[]> {
  const { state } = client;
  const { workspace } = state;
  const channel = workspace.channel(message.channelId);
  if (!workspace.isBotIn(channel.id)) return Promise.resolve([]);
  const shape = {
    ...messagePayload(message, { teamId: workspace.team.id }),
    channel: channel.id,
    event_ts: message.ts,
  };
  const subscription = { public: "message.channels", private: "message.groups", im: "message.im" }[
    channel.kind
  ];
  const channelType = { public: "channel", private: "group", im: "im" }[channel.kind];
  const event = { ...shape, type: "message", channel_type: channelType };
  const sent = [sendEvent(client, event, { subscription, channelId: channel.id })];
  const mentionsBot = message.text.includes(`<@${workspace.app.botUserId}`);
  if (mentionsBot && isSubscribed(state, "app_mention") && channel.kind !== "im") {
    sent.push(sendEvent(client, { ...shape, type: "app_mention" }, { channelId: channel.id }));
  }
  return Promise.all(sent);
}
