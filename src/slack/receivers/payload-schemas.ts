import { z } from "zod";
import { REGISTRATIONS } from "../ids/registrations.ts";
import { viewStateSchema } from "../views/view-state.ts";

// Listeners get only the fields of these schemas. The lengths are Slack's limits, or above them.

const userId = z.string().regex(/^[UW][A-Z0-9]{1,40}$/);
const channelId = z.string().regex(/^[CDG][A-Z0-9]{1,40}$/);
const timestamp = z.string().regex(/^\d{1,20}(?:\.\d{1,20})?$/);
const triggerId = z.string().regex(/^[\w.-]{1,255}$/);
const name = z.string().max(255);
const user = z.object({ id: userId });
const responseUrl = z.unknown();

export const COMMAND = z.object({
  command: z.string().max(100),
  text: z.string().max(40_000).default(""),
  user_id: userId,
  channel_id: channelId,
  trigger_id: triggerId,
  response_url: responseUrl,
});

export const BLOCK_ACTIONS = z
  .object({
    type: z.literal("block_actions"),
    user,
    trigger_id: triggerId,
    response_url: responseUrl,
    container: z
      .object({
        channel_id: channelId.optional(),
        message_ts: timestamp.optional().catch(undefined),
        is_ephemeral: z.boolean().optional().catch(undefined),
      })
      .default({}),
    channel: z.object({ id: channelId }).optional(),
    message: z.object({ thread_ts: timestamp.optional() }).nullish(),
    view: z.object({ id: name }).nullish(),
    actions: z
      .array(
        z.object({
          type: name,
          action_id: name,
          block_id: name,
          value: z.string().max(2_000).optional(),
          selected_option: z.object({ value: z.string().max(150).optional() }).nullish(),
          action_ts: timestamp,
        }),
      )
      .min(1),
  })
  .refine(({ channel, container, view }) => channel ?? container.channel_id ?? view, { path: ["channel"] });

const view = z.object({
  id: z.string().regex(/^[\w-]{1,255}$/),
  type: name,
  callback_id: name,
  private_metadata: z.string().max(3_000),
  hash: name.optional(),
  title: z.object({ text: z.string().min(1).max(24) }),
  state: z.object({ values: viewStateSchema }),
});

export const VIEW_SUBMISSION = z.object({
  type: z.literal("view_submission"),
  user,
  trigger_id: triggerId.optional(),
  view,
});

/** The closing of a modal with `notify_on_close`. */
export const VIEW_CLOSED = z.object({
  type: z.literal("view_closed"),
  user,
  view: view.omit({ state: true, title: true }),
});

/** Slack's question for the options of a menu. */
export const BLOCK_SUGGESTION = z.object({
  type: z.literal("block_suggestion"),
  user,
  action_id: name,
  value: z.string().max(3_000),
  view: view.pick({ private_metadata: true }),
});

/** A shortcut in the menu of a message. */
export const MESSAGE_ACTION = z.object({
  type: z.literal("message_action"),
  user,
  callback_id: name,
  trigger_id: triggerId,
  response_url: responseUrl,
  channel: z.object({ id: channelId }),
  message_ts: timestamp,
  // All fields are kept, because the shortcut looks for names in all of them.
  message: z.looseObject({ thread_ts: timestamp.optional() }),
});

export const EVENT = z.object({ event: z.object({ type: name }) });

const groupId = z.string().regex(/^S[A-Z0-9]{1,40}$/);
const [membersChanged, updated, created] = REGISTRATIONS.events;
const changed = z.object({ subteam: z.object({ id: groupId, handle: name }) });

/** The events that the bot listens for. */
export const GROUP_EVENTS: readonly {
  readonly type: string;
  readonly schema: z.ZodType<{ event: Record<string, unknown> }>;
}[] = [
  {
    type: membersChanged,
    schema: z.object({ event: z.object({ type: z.literal(membersChanged), subteam_id: groupId }) }),
  },
  { type: updated, schema: z.object({ event: changed.extend({ type: z.literal(updated) }) }) },
  { type: created, schema: z.object({ event: changed.extend({ type: z.literal(created) }) }) },
];

/** The person and the channel of any delivery, also of a malformed one. */
export const SENDER = z.object({
  user: user.optional().catch(undefined),
  user_id: userId.optional().catch(undefined),
  channel: z.object({ id: channelId }).optional().catch(undefined),
  channel_id: channelId.optional().catch(undefined),
  container: z.object({ channel_id: channelId.optional() }).optional().catch(undefined),
});
