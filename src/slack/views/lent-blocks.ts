import type { KnownBlock } from "@slack/types";
import type { PreparedDraft } from "../../change-requests/index.ts";
import { openGrantLines } from "../texts/grant-texts.ts";
import { bold, lines, richText } from "../texts/rich-text.ts";

const MOST_LISTED = 20;

/** What the subject holds for a limited time, and what the change means for it; nothing where they hold nothing so. */
export function lentBlocks({
  kind,
  lent,
  isFrozen,
}: Pick<PreparedDraft, "kind" | "lent" | "isFrozen">): KnownBlock[] {
  if (lent.length === 0) return [];
  const meaning =
    kind === "replace_roles"
      ? "Given for a limited time. What stays in the list is taken away at its end all the same."
      : "Given for a limited time already. To give one of them longer, choose it again.";
  return [
    richText(
      lines([bold(meaning)]),
      openGrantLines(lent.slice(0, MOST_LISTED), { withSubject: false, isFrozen }),
    ),
  ];
}
