import { z } from "zod";
import { button, imageElement, overflow } from "./button-elements.ts";
import { choiceElements } from "./choice-elements.ts";
import { identifier, slackFile } from "./composition-objects.ts";
import { dateTimeElements, pickerElements, typedElements } from "./input-elements.ts";
import { richTextBlock } from "./rich-text.ts";
import { mrkdwnText, plainText, textObject } from "./text-objects.ts";

const block_id = identifier.optional();

const accessory = z.discriminatedUnion("type", [
  button,
  overflow,
  imageElement,
  ...choiceElements,
  ...pickerElements,
]);
const actionsElement = z.discriminatedUnion("type", [
  button,
  overflow,
  ...choiceElements,
  ...pickerElements,
  ...dateTimeElements,
]);
const inputElement = z.discriminatedUnion("type", [
  ...typedElements,
  ...choiceElements,
  ...pickerElements,
  ...dateTimeElements,
]);

const section = z
  .strictObject({
    type: z.literal("section"),
    block_id,
    text: textObject().optional(),
    fields: z.array(textObject(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(
    (block) => block.text !== undefined || block.fields !== undefined,
    "missing required field: text or fields",
  );

const header = z.strictObject({ type: z.literal("header"), block_id, text: plainText(150) });
const divider = z.strictObject({ type: z.literal("divider"), block_id });

const context = z.strictObject({
  type: z.literal("context"),
  block_id,
  elements: z
    .array(z.discriminatedUnion("type", [plainText(3000), mrkdwnText(3000), imageElement]))
    .min(1)
    .max(10),
});

const image = z
  .strictObject({
    type: z.literal("image"),
    block_id,
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
    image_url: z.url().max(3000).optional(),
    slack_file: slackFile.optional(),
  })
  .refine(
    (block) => (block.image_url === undefined) !== (block.slack_file === undefined),
    "must have either image_url or slack_file",
  );

const actions = z.strictObject({
  type: z.literal("actions"),
  block_id,
  elements: z.array(actionsElement).min(1).max(25),
});

const input = z.strictObject({
  type: z.literal("input"),
  block_id,
  label: plainText(2000),
  element: inputElement,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});

const markdown = z.strictObject({
  type: z.literal("markdown"),
  block_id,
  text: z.string().min(1).max(12_000),
});

const alert = z.strictObject({
  type: z.literal("alert"),
  block_id,
  text: textObject(),
  level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
});

const card = z
  .strictObject({
    type: z.literal("card"),
    block_id,
    hero_image: imageElement.optional(),
    icon: imageElement.optional(),
    title: mrkdwnText(150).optional(),
    subtitle: mrkdwnText(150).optional(),
    body: mrkdwnText(200).optional(),
    actions: z.array(button).min(1).optional(),
  })
  .refine(
    (block) => block.hero_image ?? block.title ?? block.actions ?? block.body,
    "must have hero_image, title, actions or body",
  );

const cell = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) }),
  z.strictObject({ type: z.literal("raw_number"), value: z.number(), text: z.string().min(1) }),
  richTextBlock,
]);

const table = z.strictObject({
  type: z.literal("table"),
  block_id,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z.strictObject({
        align: z.enum(["left", "center", "right"]).optional(),
        is_wrapped: z.boolean().optional(),
      }),
    )
    .max(20)
    .optional(),
});

const dataTable = z.strictObject({
  type: z.literal("data_table"),
  block_id,
  caption: z.string().min(1),
  rows: z.array(z.array(cell).min(1).max(20)).min(2).max(101),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
});

/**
 * Every block of this simulator. It refuses other types as unsupported, although Slack has them: video, file, carousel,
 * container, plan, task_card and context_actions.
 */
export const blockSchema = z.discriminatedUnion("type", [
  section,
  header,
  divider,
  context,
  image,
  actions,
  input,
  richTextBlock,
  markdown,
  alert,
  card,
  table,
  dataTable,
]);

/** A block that satisfies Slack's rules. */
export type Block = z.infer<typeof blockSchema>;
/** An element that a person can use, or an image. */
export type BlockElement =
  | z.infer<typeof accessory>
  | z.infer<typeof actionsElement>
  | z.infer<typeof inputElement>;
/** An element that a person can use. */
export type InteractiveElement = Exclude<BlockElement, { type: "image" }>;
/** The cell of a table. */
export type TableCell = z.infer<typeof cell>;
