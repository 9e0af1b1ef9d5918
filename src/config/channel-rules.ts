import { z } from "zod";

/** One channel by its id, or channels by a name in which `*` stands for any characters. */
export type ChannelRule =
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "name"; readonly pattern: string };

/** `C…`, or `G…` for private channels made before 2021. */
export const channelIdSchema = z.string().regex(/^[CG][A-Z0-9]{4,}$/, {
  error: "must be a channel id such as C0123ABCDEF; Slack shows it at the bottom of the channel's details",
});

/** A pattern with or without the leading `#`. Slack's names have no capitals, no spaces, and only `-` and `_`. */
export const channelNameRuleSchema = z
  .string()
  .transform((text) => text.replace(/^#/, ""))
  .pipe(
    z.string().regex(/^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}_*-]+$/u, {
      error: "must be a channel name or a pattern such as inc-*, in lower case and without spaces",
    }),
  )
  .transform((pattern): ChannelRule => ({ kind: "name", pattern }));

export const channelRuleSchema: z.ZodType<ChannelRule, string> = z.union(
  [channelIdSchema.transform((id): ChannelRule => ({ kind: "id", id })), channelNameRuleSchema],
  {
    error:
      "must be a channel id such as C0123ABCDEF, or a channel name or pattern such as inc-*, in lower case and without spaces",
  },
);

export function isChannelNamed(
  rules: readonly ChannelRule[],
  channel: { readonly id: string; readonly name: string },
): boolean {
  return rules.some((rule) =>
    rule.kind === "id" ? rule.id === channel.id : isNameMatched(rule.pattern, channel.name),
  );
}

/** Takes the first occurrence of each piece between two `*`: if a later one leads to a match, so does the first. */
function isNameMatched(pattern: string, name: string): boolean {
  const [first = "", ...pieces] = pattern.split("*");
  const last = pieces.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
