import { z } from "zod";
import { confirmDialog, identifier, overflowOption, slackFile } from "./composition-objects.ts";
import { plainText } from "./text-objects.ts";

/** A button; one with a `url` still dispatches `block_actions`. */
export const button = z.strictObject({
  type: z.literal("button"),
  action_id: identifier.optional(),
  text: plainText(75),
  value: z.string().min(1).max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  confirm: confirmDialog.optional(),
  accessibility_label: z.string().min(1).max(75).optional(),
});

/** The "…" menu, of 1 to 5 options. */
export const overflow = z.strictObject({
  type: z.literal("overflow"),
  action_id: identifier.optional(),
  options: z.array(overflowOption).min(1).max(5),
  confirm: confirmDialog.optional(),
});

/** A picture inside a section, a context or a card. */
export const imageElement = z
  .strictObject({
    type: z.literal("image"),
    alt_text: z.string().min(1).max(2000),
    image_url: z.url().max(3000).optional(),
    slack_file: slackFile.optional(),
  })
  .refine(
    (image) => (image.image_url === undefined) !== (image.slack_file === undefined),
    "must have either image_url or slack_file",
  );
