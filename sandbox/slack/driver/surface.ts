import type { Block } from "../blocks/block-schemas.ts";
import { channelOf } from "../payloads/actor.ts";
import { messagePayload } from "../payloads/message-payload.ts";
import { viewPayload } from "../payloads/view-payload.ts";
import { type FormValues, formValues } from "../state/form-values.ts";
import type { StoredMessage } from "../state/message-store.ts";
import type { SlackState } from "../state/slack-state.ts";
import type { OpenView } from "../state/view-store.ts";
import type { ClientContext } from "./client-context.ts";

/** The place of an action: an open view, or a message, perhaps an old version in a stale client. */
export type ActingSurface =
  | { kind: "view"; view: OpenView }
  | { kind: "message"; message: StoredMessage; blocks: readonly Block[] };

/** The blocks that the person sees. */
export function blocksOf(surface: ActingSurface): readonly Block[] {
  return surface.kind === "view" ? surface.view.definition.blocks : surface.blocks;
}

/** The values of the elements for this person: the stored object, and not a copy. */
export function valuesOf(state: SlackState, surface: ActingSurface, personId: string): FormValues {
  if (surface.kind === "view") return surface.view.values;
  const key = surfaceKey(surface, personId);
  const kept = state.messageValues.get(key);
  const values = formValues(surface.blocks, kept ? { kept } : {});
  state.messageValues.set(key, values);
  return values;
}

/** One key for each person and surface. */
export function surfaceKey(surface: ActingSurface, personId: string): string {
  return surface.kind === "view"
    ? `${personId}:${surface.view.id}`
    : messageKey(personId, surface.message.channelId, surface.message.ts);
}

/** The key of a message as one person's surface. */
export function messageKey(personId: string, channelId: string, ts: string): string {
  return `${personId}:${channelId}:${ts}`;
}

/**
 * The fields of `block_actions` about its place, with a new trigger and, for a message, a new response URL. The payload
 * does not contain an ephemeral message.
 */
export function placePayload(client: ClientContext, surface: ActingSurface): Record<string, unknown> {
  const { person, state } = client;
  const { workspace, triggers, responseUrls } = state;
  if (surface.kind === "view") {
    const { view } = surface;
    const isHome = view.definition.type === "home";
    return {
      container: { type: "view", view_id: view.id },
      trigger_id: triggers.issue({
        personId: person.id,
        channelId: view.openedIn,
        viewId: isHome ? undefined : view.id,
      }),
      view: viewPayload(view, workspace),
    };
  }
  const { message, blocks } = surface;
  const { channelId, ts, threadTs } = message;
  const isEphemeral = message.ephemeralFor !== undefined;
  const shown = messagePayload({ ...message, blocks: [...blocks] }, { teamId: workspace.team.id });
  return {
    container: {
      type: "message",
      message_ts: ts,
      channel_id: channelId,
      is_ephemeral: isEphemeral,
      ...(threadTs ? { thread_ts: threadTs } : {}),
    },
    trigger_id: triggers.issue({ personId: person.id, channelId }),
    channel: channelOf(workspace.channel(channelId)),
    ...(isEphemeral ? {} : { message: shown }),
    state: { values: valuesOf(state, surface, person.id) },
    response_url: responseUrls.issue({
      source: "message",
      personId: person.id,
      channelId,
      messageTs: ts,
      threadTs,
    }),
  };
}
