import { z } from "zod";

/** No draft has this id. */
const NO_DRAFT = "00000000-0000-0000-0000-000000000000";

/** Limits above the limits of Slack's own fields. */
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

/** The draft of a modal. Invalid metadata gives an id that no draft has. */
export function readDraftId(privateMetadata: string): string {
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(privateMetadata);
  return isId ? privateMetadata : NO_DRAFT;
}
