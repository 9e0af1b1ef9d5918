import type { KnownBlock } from "@slack/types";
import type { PreparedDraft } from "../../change-requests/index.ts";
import { openGrantLines } from "../texts/grant-texts.ts";
import { bold, lines, richText } from "../texts/rich-text.ts";

const MOST_LISTED = 20;

/** The temporary roles of the subject, and the effect of the change on them; no block if the subject has none. */
export function temporaryRoleBlocks({
  kind,
  temporaryGrants,
  isFrozen,
}: Pick<PreparedDraft, "kind" | "temporaryGrants" | "isFrozen">): KnownBlock[] {
  if (temporaryGrants.length === 0) return [];
  const meaning =
    kind === "replace_roles"
      ? "Given for a limited time. What stays in the list is taken away at its end all the same."
      : "Given for a limited time already. To give one of them longer, choose it again.";
  return [
    richText(
      lines([bold(meaning)]),
      openGrantLines(temporaryGrants.slice(0, MOST_LISTED), { withSubject: false, isFrozen }),
    ),
  ];
}
