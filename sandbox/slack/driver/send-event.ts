import type { Dispatcher } from "../delivery/dispatcher.ts";
import type { DeliveryRecord } from "../delivery/envelope.ts";
import { eventPayload } from "../payloads/event-payload.ts";
import type { SlackState } from "../state/slack-state.ts";
import { Undeliverable } from "./client-context.ts";

/** The scopes of events; an event needs one of its scopes. Events that are not listed need none. */
const EVENT_SCOPES: Readonly<Record<string, readonly string[]>> = {
  app_mention: ["app_mentions:read"],
  "message.channels": ["channels:history"],
  "message.groups": ["groups:history"],
  "message.im": ["im:history"],
  subteam_created: ["usergroups:read"],
  subteam_members_changed: ["usergroups:read"],
  subteam_updated: ["usergroups:read"],
  member_joined_channel: ["channels:read", "groups:read"],
  member_left_channel: ["channels:read", "groups:read"],
  channel_archive: ["channels:read"],
  group_archive: ["groups:read"],
  channel_unarchive: ["channels:read"],
  group_unarchive: ["groups:read"],
  user_change: ["users:read"],
};

/** The conditions under which an event is sent. */
export interface EventSender {
  state: SlackState;
  dispatcher: Dispatcher;
  verificationToken: string;
}

/** Whether the manifest subscribes to an event and grants the scope for it. */
export function isSubscribed(state: SlackState, subscription: string): boolean {
  const scopes = EVENT_SCOPES[subscription];
  const isGranted = scopes === undefined || scopes.some((scope) => state.app.botScopes.has(scope));
  return state.app.botEvents.has(subscription) && isGranted;
}

/** Throws if an event wouldn't be delivered. */
export function assertSubscribed(state: SlackState, subscription: string): void {
  if (isSubscribed(state, subscription)) return;
  const scopes = EVENT_SCOPES[subscription];
  const needed = scopes ? ` with one of the scopes ${scopes.join(", ")}` : "";
  throw new Undeliverable(`The manifest doesn't subscribe to ${subscription}${needed}.`);
}

/**
 * If the manifest subscribes to an event, sends it and resolves with the delivery; otherwise resolves with undefined.
 * `subscription` is the manifest's name for the event (`message.groups`), if it differs from the event's type.
 */
export async function sendEvent(
  { state, dispatcher, verificationToken }: EventSender,
  event: Record<string, unknown> & { type: string },
  options: { subscription?: string; channelId?: string } = {},
): Promise<DeliveryRecord | undefined> {
  if (!isSubscribed(state, options.subscription ?? event.type)) return undefined;
  const channel = options.channelId ? state.workspace.channel(options.channelId) : undefined;
  const payload = eventPayload({
    workspace: state.workspace,
    token: verificationToken,
    nowMs: state.now(),
    event: { ...event, event_ts: event.event_ts ?? event.ts ?? state.messages.nextTs() },
    isSharedChannel: (channel?.sharedWith.length ?? 0) > 0,
  });
  return dispatcher.send({ kind: "events_api", payload, acceptsResponse: false }, event.type);
}
