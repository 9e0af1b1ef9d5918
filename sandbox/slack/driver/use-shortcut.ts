import { channelOf, interactionBase } from "../payloads/actor.ts";
import { messagePayload } from "../payloads/message-payload.ts";
import type { StoredMessage } from "../state/message-store.ts";
import {
  assertInteractive,
  type ClientContext,
  type DispatchResult,
  dispatch,
  type Tamper,
  Undeliverable,
} from "./client-context.ts";

/** Picks a message shortcut, by name or callback_id, from the menu of a message; ephemerals have none. */
export async function useMessageShortcut(
  client: ClientContext,
  nameOrId: string,
  message: StoredMessage,
  tamper?: Tamper,
): Promise<DispatchResult> {
  const { person, state, verificationToken } = client;
  const { workspace } = state;
  const callbackId = declared(client, nameOrId, "message");
  if (message.ephemeralFor !== undefined) throw new Undeliverable("An ephemeral message has no shortcuts.");
  const { channelId, ts, threadTs } = message;
  const payload = {
    ...interactionBase("message_action", person, workspace, verificationToken),
    action_ts: state.messages.nextTs(),
    channel: channelOf(workspace.channel(channelId)),
    callback_id: callbackId,
    trigger_id: state.triggers.issue({ personId: person.id, channelId }),
    message_ts: ts,
    message: messagePayload(message, { teamId: workspace.team.id }),
    response_url: state.responseUrls.issue({ source: "shortcut", personId: person.id, channelId, threadTs }),
  };
  return warned(
    client,
    await dispatch(client, { kind: "interactive", type: "message_action", payload, tamper }),
  );
}

/** Picks a global shortcut, by name or callback_id. */
export async function useGlobalShortcut(
  client: ClientContext,
  nameOrId: string,
  tamper?: Tamper,
): Promise<DispatchResult> {
  const { person, state, verificationToken } = client;
  const callbackId = declared(client, nameOrId, "global");
  const payload = {
    ...interactionBase("shortcut", person, state.workspace, verificationToken),
    action_ts: state.messages.nextTs(),
    callback_id: callbackId,
    trigger_id: state.triggers.issue({ personId: person.id }),
  };
  return warned(client, await dispatch(client, { kind: "interactive", type: "shortcut", payload, tamper }));
}

function declared(client: ClientContext, nameOrId: string, type: "message" | "global"): string {
  assertInteractive(client);
  const shortcut = client.state.app.shortcuts.find(
    (each) => each.type === type && [each.name, each.callbackId].includes(nameOrId),
  );
  if (!shortcut) throw new Undeliverable(`The manifest declares no ${type} shortcut "${nameOrId}".`);
  return shortcut.callbackId;
}

function warned(client: ClientContext, result: DispatchResult): DispatchResult {
  if (!result.acked) client.state.changes.emit();
  return result;
}
