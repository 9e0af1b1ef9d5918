import { z } from "zod";
import { confirmDialog, dispatchActionConfig, identifier } from "./composition-objects.ts";
import { richTextBlock } from "./rich-text.ts";
import { plainText } from "./text-objects.ts";

const focusable = { action_id: identifier.optional(), focus_on_load: z.boolean().optional() };
const typed = {
  ...focusable,
  placeholder: plainText(150).optional(),
  dispatch_action_config: dispatchActionConfig.optional(),
};
const numeral = z.string().regex(/^-?\d+(\.\d+)?$/, "must be a number");

const plainTextInput = z
  .strictObject({
    type: z.literal("plain_text_input"),
    ...typed,
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
  })
  .refine(
    ({ min_length = 0, max_length = 3000 }) => min_length <= max_length,
    "min_length must not be above max_length",
  );

const emailInput = z.strictObject({
  type: z.literal("email_text_input"),
  ...typed,
  initial_value: z.email().optional(),
});

const urlInput = z.strictObject({
  type: z.literal("url_text_input"),
  ...typed,
  initial_value: z.url().optional(),
});

const numberInput = z.strictObject({
  type: z.literal("number_input"),
  ...typed,
  is_decimal_allowed: z.boolean(),
  initial_value: numeral.optional(),
  min_value: numeral.optional(),
  max_value: numeral.optional(),
});

const richTextInput = z.strictObject({
  type: z.literal("rich_text_input"),
  ...typed,
  initial_value: richTextBlock.optional(),
  min_lines: z.int().min(1).max(100).optional(),
  max_lines: z.int().min(1).max(100).optional(),
});

const fileInput = z.strictObject({
  type: z.literal("file_input"),
  action_id: identifier.optional(),
  filetypes: z.array(z.string()).min(1).optional(),
  max_files: z.int().min(1).max(10).optional(),
});

const picker = { ...focusable, confirm: confirmDialog.optional() };

const datePicker = z.strictObject({
  type: z.literal("datepicker"),
  ...picker,
  placeholder: plainText(150).optional(),
  initial_date: z.iso.date().optional(),
});

const timePicker = z.strictObject({
  type: z.literal("timepicker"),
  ...picker,
  placeholder: plainText(150).optional(),
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:mm")
    .optional(),
  timezone: z.string().optional(),
});

const dateTimePicker = z.strictObject({
  type: z.literal("datetimepicker"),
  ...picker,
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
});

/** Elements for typed text and files. Only input blocks allow them. */
export const typedElements = [
  plainTextInput,
  emailInput,
  urlInput,
  numberInput,
  richTextInput,
  fileInput,
] as const;

/** Date and time pickers that section, actions and input blocks allow. */
export const pickerElements = [datePicker, timePicker] as const;

/** The combined picker, which sections don't allow. */
export const dateTimeElements = [dateTimePicker] as const;
