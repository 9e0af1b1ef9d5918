import { z } from "zod";
import { ACTION_IDS, MENU_IDS, OVERFLOW_IDS, REGISTRATIONS, VIEW_IDS } from "../ids/registrations.ts";
import { NO_RESPONSE_URL } from "../posting/respond-at.ts";
import {
  BLOCK_ACTIONS,
  BLOCK_SUGGESTION,
  COMMAND,
  EVENT,
  GROUP_EVENTS,
  MESSAGE_ACTION,
  SENDER,
  VIEW_CLOSED,
  VIEW_SUBMISSION,
} from "./payload-schemas.ts";

/** The person behind a delivery, and the ways to answer them. */
export interface Sender {
  readonly slackUserId: string;
  /** `null` if the delivery names no channel. */
  readonly channelId: string | null;
  /** `null` if the delivery has no URL of Slack's for answers. */
  readonly responseUrl: string | null;
}

/** The ack that Slack expects: options for a menu, a view or errors for a form, and an empty one for the others. */
export type AckKind = "options" | "view" | "empty";

/** A delivery of Slack as the bot understands it. */
export type Delivery =
  /** The bot has a listener for it. `body` holds only the fields that the bot reads. */
  | { readonly is: "known"; readonly body: Record<string, unknown> }
  /** An event that the bot doesn't listen for. */
  | { readonly is: "ignored" }
  | {
      readonly is: "unknown";
      /** Such as “button”. */
      readonly what: string;
      readonly id: string;
      readonly body: Record<string, unknown>;
      readonly sender: Sender;
      readonly ack: AckKind;
    }
  | {
      readonly is: "malformed";
      /** The first field that is missing or can't be read, such as `user.id`. */
      readonly path: string;
      readonly type: string;
      /** `null` if the delivery does not name its sender. */
      readonly sender: Sender | null;
      readonly ack: AckKind;
    };

/** The origins of Slack's response URLs. */
const SLACK_ORIGINS = ["https://hooks.slack.com", "https://hooks.slack-gov.com"];

/** A kind of interaction that the bot has listeners for. */
interface Interaction {
  /** The name in texts for people. */
  readonly name: string;
  readonly schema: z.ZodType<Record<string, unknown>>;
  readonly ids: readonly string[];
  readonly ack: AckKind;
}

/** By Slack's `type`. A map, because a forged type may be `__proto__`. */
const INTERACTIONS: ReadonlyMap<string, Interaction> = new Map([
  [
    "block_actions",
    {
      name: "button",
      schema: BLOCK_ACTIONS,
      ids: [...Object.values(ACTION_IDS), ...Object.values(OVERFLOW_IDS)],
      ack: "empty" as const,
    },
  ],
  [
    "view_submission",
    {
      name: "form",
      schema: VIEW_SUBMISSION,
      ids: Object.values(VIEW_IDS).filter((id) => id !== VIEW_IDS.notice),
      ack: "view" as const,
    },
  ],
  // Only this modal has `notify_on_close`.
  ["view_closed", { name: "form", schema: VIEW_CLOSED, ids: [VIEW_IDS.notice], ack: "empty" as const }],
  [
    "block_suggestion",
    { name: "menu", schema: BLOCK_SUGGESTION, ids: Object.values(MENU_IDS), ack: "options" as const },
  ],
  [
    "message_action",
    {
      name: "shortcut",
      schema: MESSAGE_ACTION,
      ids: REGISTRATIONS.shortcuts.map(({ callbackId }) => callbackId),
      ack: "empty" as const,
    },
  ],
]);

/** The most characters of an id in the log. */
const LONGEST_ID = 100;

/**
 * Makes the function that reads the body of a delivery.
 * @param options.apiUrl `SLACK_API_URL`; response URLs may have its origin too
 */
export function createReadDelivery({ apiUrl }: { apiUrl: string | null }): (body: unknown) => Delivery {
  const origins = new Set([...SLACK_ORIGINS, ...(apiUrl === null ? [] : [new URL(apiUrl).origin])]);

  return (body) => {
    if (!isRecord(body)) return malformed({}, "", "payload");
    if ("command" in body) return readCommand(body);
    if ("event" in body || body.type === "event_callback") return readEvent(body);
    return readInteraction(body);
  };

  function readCommand(body: Record<string, unknown>): Delivery {
    const read = COMMAND.safeParse(body);
    if (!read.success) return malformed(body, pathOf(read.error), "command");
    const commands: readonly string[] = REGISTRATIONS.commands;
    if (commands.includes(read.data.command)) return known(read.data);
    return unknown(read.data, { what: "command", id: read.data.command, ack: "empty" });
  }

  function readEvent(body: Record<string, unknown>): Delivery {
    const read = EVENT.safeParse(body);
    if (!read.success) return malformed(body, pathOf(read.error), "event");
    const schema = GROUP_EVENTS.find(({ type }) => type === read.data.event.type)?.schema;
    if (!schema) return { is: "ignored" };
    const event = schema.safeParse(body);
    if (!event.success) return malformed(body, pathOf(event.error), "event");
    return { is: "known", body: event.data };
  }

  function readInteraction(body: Record<string, unknown>): Delivery {
    const { type } = body;
    const interaction = typeof type === "string" ? INTERACTIONS.get(type) : undefined;
    // Such as `app_rate_limited`, which needs no answer.
    if (typeof type === "string" && !interaction && !("user" in body)) return { is: "ignored" };
    const named = NAMED.safeParse(body);
    if (!named.success) return malformed(body, pathOf(named.error), "interaction");
    const { action_id, callback_id, view, actions } = named.data;
    const id = actions?.[0]?.action_id ?? action_id ?? callback_id ?? view?.callback_id ?? "";
    // In the modals of this version only links are buttons.
    const isInView = type === "block_actions" && isRecord(view) && !isRecord(body.channel);
    const isKnown = interaction?.ids.includes(id) === true && !(isInView && id !== ACTION_IDS.openLink);
    const read = isKnown || id === "" ? interaction?.schema.safeParse(body) : undefined;
    if (read && !read.success) return malformed(body, pathOf(read.error), named.data.type);
    if (read && isKnown) return known(read.data);
    const what = interaction?.name ?? (type === "shortcut" ? "shortcut" : "interaction");
    return unknown(body, { what, id: id || named.data.type, ack: ackOf(type) });
  }

  /** Replaces a response URL that isn't Slack's. */
  function known(body: Record<string, unknown>): Delivery {
    return { is: "known", body: { ...body, response_url: slackUrl(body.response_url) ?? NO_RESPONSE_URL } };
  }

  function unknown(
    body: Record<string, unknown>,
    { what, id, ack }: { what: string; id: string; ack: AckKind },
  ): Delivery {
    const sender = senderOf(body);
    if (!sender) return malformed(body, "user", what);
    return { is: "unknown", what, id: readable(id), body, sender, ack };
  }

  function malformed(body: Record<string, unknown>, path: string, type: string): Delivery {
    return {
      is: "malformed",
      path: readable(path),
      type,
      sender: senderOf(body),
      ack: ackOf(body.type),
    };
  }

  function senderOf(body: Record<string, unknown>): Sender | null {
    const read = SENDER.safeParse(body);
    if (!read.success) return null;
    const { user, user_id, channel, channel_id, container } = read.data;
    const slackUserId = user?.id ?? user_id;
    if (slackUserId === undefined) return null;
    return {
      slackUserId,
      channelId: channel?.id ?? channel_id ?? container?.channel_id ?? null,
      responseUrl: slackUrl(body.response_url),
    };
  }

  /** The URL if it is one of Slack's; a forged one would receive answers. */
  function slackUrl(value: unknown): string | null {
    const url = typeof value === "string" ? URL.parse(value) : null;
    return url && origins.has(url.origin) ? url.href : null;
  }
}

const FORM = z.object({ view: z.object({ blocks: z.array(z.unknown()) }) });
const INPUT = z.object({ type: z.literal("input"), block_id: z.string().min(1).max(255) });

/** The block of a form's first field; `null` if the form has none. Slack shows an error only at a field. */
export function firstInputBlock(body: unknown): string | null {
  const form = FORM.safeParse(body);
  if (!form.success) return null;
  for (const block of form.data.view.blocks) {
    const input = INPUT.safeParse(block);
    if (input.success) return input.data.block_id;
  }
  return null;
}

/** The places of an interaction's id, which depend on its type. */
const NAMED = z.object({
  type: z.string(),
  action_id: z.string().optional(),
  callback_id: z.string().optional(),
  view: z.object({ callback_id: z.string().optional() }).nullish(),
  actions: z.array(z.object({ action_id: z.string().optional() })).optional(),
});

function ackOf(type: unknown): AckKind {
  if (type === "dialog_suggestion") return "options";
  return (typeof type === "string" ? INTERACTIONS.get(type)?.ack : undefined) ?? "empty";
}

function pathOf({ issues }: z.ZodError): string {
  return issues[0]?.path.join(".") ?? "";
}

/** An id as the log and a text may show it. */
function readable(id: string): string {
  return id.replace(/[^\x20-\x7E]/g, "?").slice(0, LONGEST_ID);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
