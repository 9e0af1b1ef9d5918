import { z } from "zod";
import { plainText, textObject } from "./text-objects.ts";

/** The longest `block_id`, `action_id` and `callback_id`. */
export const identifier = z.string().min(1).max(255);

/** An option of a menu: its text is plain. */
export const menuOption = z.strictObject({
  text: plainText(75),
  value: z.string().min(1).max(150),
  description: plainText(75).optional(),
});

/** An option of radio buttons and checkboxes: its text may be mrkdwn. */
export const listOption = z.strictObject({
  text: textObject(75),
  value: z.string().min(1).max(150),
  description: textObject(75).optional(),
});

/** An option of an overflow menu: it may also open a URL. */
export const overflowOption = menuOption.extend({ url: z.url().max(3000).optional() });

export const optionGroup = z.strictObject({
  label: plainText(75),
  options: z.array(menuOption).min(1).max(100),
});

/** The dialog that a person must confirm before an element dispatches. */
export const confirmDialog = z.strictObject({
  title: plainText(100),
  text: textObject(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(["primary", "danger"]).optional(),
});

/** The triggers on which a text input dispatches `block_actions`. */
export const dispatchActionConfig = z.strictObject({
  trigger_actions_on: z.array(z.enum(["on_enter_pressed", "on_character_entered"])).min(1),
});

/** The filter of a conversations menu; at least one field is required. */
export const conversationFilter = z
  .strictObject({
    include: z
      .array(z.enum(["im", "mpim", "private", "public"]))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, "must have at least one field");

/** An image hosted by Slack, by its URL or its id. */
export const slackFile = z
  .strictObject({ url: z.url().optional(), id: z.string().optional() })
  .refine((file) => (file.url === undefined) !== (file.id === undefined), "must have either url or id");

/** An option of a menu or a list. */
export type Option = z.infer<typeof listOption>;
/** A confirmation dialog. */
export type ConfirmDialog = z.infer<typeof confirmDialog>;
