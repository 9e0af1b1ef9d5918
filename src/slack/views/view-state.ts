import { z } from "zod";

/** More than Slack lets anybody type into a field, or choose. */
const LONGEST_VALUE = 40_000;
const MOST_CHOSEN = 1_000;

const text = z.string().max(LONGEST_VALUE);
const option = z.object({ value: text });

/** The values of a view's inputs that the bot reads, by block and action. */
export const viewStateSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: text.nullish(),
      selected_option: option.nullish(),
      selected_options: z.array(option).max(MOST_CHOSEN).nullish(),
      selected_users: z.array(text).max(MOST_CHOSEN).nullish(),
      files: z
        .array(z.object({ id: text }))
        .max(MOST_CHOSEN)
        .nullish(),
    }),
  ),
);

export type ViewState = z.infer<typeof viewStateSchema>;
