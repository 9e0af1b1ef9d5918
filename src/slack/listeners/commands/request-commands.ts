import type { BulkKind } from "../../../change-requests/index.ts";
import { bulkInputView } from "../../views/bulk-input-view.ts";
import { openChange, sendNotOpened } from "../views/open-change.ts";
import { command, type NotUnderstood } from "./command.ts";
import { keyword, requestNumber } from "./command-words.ts";

/** `request` is `null` if the text names none. */
export const undo = command({
  parse: (argument) => ({ request: requestNumber(argument) }),
  run({ deps, slackUserId, place, triggerId, sendAnswer, typed }, { request }) {
    if (request === null) return sendAnswer({ kind: "undo_of_what", typed });
    const opening = { slackUserId, place, triggerId, sendAnswer, typed };
    return openChange(deps, { ...opening, kind: null, undoes: request });
  },
});

const BULKS: ReadonlyMap<string, BulkKind> = new Map([
  ["deactivate", "deactivate"],
  ["activate", "activate"],
  ["add-role", "add_roles"],
  ["add-roles", "add_roles"],
  ["remove-role", "remove_roles"],
  ["remove-roles", "remove_roles"],
  ["move", "move"],
]);

export const bulk = command<{ readonly kind: BulkKind }>({
  parse(argument): { readonly kind: BulkKind } | { readonly notUnderstood: NotUnderstood } {
    const kind = BULKS.get(keyword(argument));
    return kind ? { kind } : { notUnderstood: { typed: `bulk ${argument}`.trim() } };
  },
  async run({ deps, slackUserId, place, triggerId, sendAnswer, typed }, { kind }) {
    try {
      const draft = await deps.bulkOpening.start({ slackUserId, place, kind });
      const view = bulkInputView(draft, { isFrozen: await deps.isFrozen() });
      await deps.api.posting.views.open({ trigger_id: triggerId, view });
    } catch (error) {
      await sendNotOpened(deps, sendAnswer, error, typed);
    }
  },
});
