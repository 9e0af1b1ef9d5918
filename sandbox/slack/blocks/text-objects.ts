import { z } from "zod";

/** A `plain_text` object of 1 to `maxLength` characters. */
export function plainText(maxLength: number) {
  return z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(maxLength),
    emoji: z.boolean().optional(),
  });
}

/** A `mrkdwn` object of 1 to `maxLength` characters. */
export function mrkdwnText(maxLength: number) {
  return z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(maxLength),
    verbatim: z.boolean().optional(),
  });
}

/** A text object of either kind, of 1 to `maxLength` characters (Slack's general limit is 3,000). */
export function textObject(maxLength = 3000) {
  return z.discriminatedUnion("type", [plainText(maxLength), mrkdwnText(maxLength)]);
}

/** A text object as Slack reads it. */
export type TextObject = z.infer<ReturnType<typeof textObject>>;
