import { z } from "zod";

const option = z.object({ value: z.string() });

/** The values of a view's inputs that the bot reads, by block and action. */
export const viewStateSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: z.string().nullish(),
      selected_option: option.nullish(),
      selected_options: z.array(option).nullish(),
      selected_users: z.array(z.string()).nullish(),
      files: z.array(z.object({ id: z.string() })).nullish(),
    }),
  ),
);

export type ViewState = z.infer<typeof viewStateSchema>;
