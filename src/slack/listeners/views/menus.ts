import type { OptionGroup, PlainTextOption } from "@slack/types";
import { isRefusal } from "../../../change-requests/index.ts";
import { withTimeLimit } from "../../../kernel/time-limit.ts";
import { menuOptions, orgOption, roleOption } from "../../views/change-form-view.ts";
import { userOptions } from "../../views/user-options.ts";
import { readDraftId } from "../../views/view-state.ts";
import type { MenuListener } from "../listener.ts";
import type { SlackDeps } from "../slack-deps.ts";

/** A person waits for the options while they type. In milliseconds. */
const ANSWER_WITHIN_MS = 900;

type Options = { readonly options: PlainTextOption[] } | { readonly option_groups: OptionGroup[] };

const NO_OPTIONS: Options = { options: [] };

/**
 * Makes the listener of a menu whose options come from the bot. A refusal, a failure and a lack of time each lead to an
 * empty menu: Slack would show an error instead, and the form still works.
 */
function menu(
  find: (deps: SlackDeps, draftId: string, slackUserId: string, typed: string) => Promise<Options>,
): MenuListener {
  return async (deps, { ack, body, payload }) => {
    const draftId = readDraftId(body.view?.private_metadata ?? "");
    const found = find(deps, draftId, body.user.id, payload.value).catch((error: unknown) => {
      if (!isRefusal(error)) deps.log("The options of a menu could not be found.", error);
      return NO_OPTIONS;
    });
    await ack(await withTimeLimit(found, ANSWER_WITHIN_MS, NO_OPTIONS));
  };
}

/** The users who match the typed text, and the typed text itself. */
export const searchUsers = menu(async (deps, draftId, slackUserId, typed) => {
  const found = await deps.suggestUsers(draftId, slackUserId, typed);
  return found ? userOptions(found, typed) : NO_OPTIONS;
});

/** The organizations that match the typed part of a name. */
export const searchOrgs = menu(async (deps, ...asked) =>
  menuOptions((await deps.searchOrgs(...asked)).map(orgOption)),
);

/** The roles that match the typed part of a name. */
export const searchRoles = menu(async (deps, ...asked) =>
  menuOptions((await deps.searchRoles(...asked)).map(roleOption)),
);
