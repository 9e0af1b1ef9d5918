import type { OptionGroup, PlainTextOption } from "@slack/types";
import { isRefusal, type SuggestedUsers } from "../../../change-requests/index.ts";
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

const NOBODY: SuggestedUsers = { users: [], total: 0 };

/**
 * Makes the listener of a menu whose options come from the bot. A refusal, a failure and a lack of time each lead to the
 * options of `withoutAnswer`: Slack would show an error instead, and the form still works.
 */
function menu(
  find: (deps: SlackDeps, draftId: string, slackUserId: string, typed: string) => Promise<Options>,
  withoutAnswer: (typed: string) => Options = () => NO_OPTIONS,
): MenuListener {
  return async (deps, { ack, body, payload }) => {
    const draftId = readDraftId(body.view?.private_metadata ?? "");
    const others = withoutAnswer(payload.value);
    const found = find(deps, draftId, body.user.id, payload.value).catch((error: unknown) => {
      if (!isRefusal(error)) deps.log("The options of a menu could not be found.", error);
      return others;
    });
    await ack(await withTimeLimit(found, ANSWER_WITHIN_MS, others));
  };
}

/**
 * The users who match the typed text, and the typed text itself. The typed text needs no permission: people who may not
 * list users name the user by it, and the policies decide when they submit it.
 */
export const searchUsers = menu(
  async (deps, draftId, slackUserId, typed) => {
    const found = await deps.suggestUsers(draftId, slackUserId, typed);
    return userOptions(found ?? NOBODY, typed);
  },
  (typed) => userOptions(NOBODY, typed),
);

/** The organizations that match the typed part of a name. */
export const searchOrgs = menu(async (deps, ...asked) =>
  menuOptions((await deps.searchOrgs(...asked)).map(orgOption)),
);

/** The roles that match the typed part of a name. */
export const searchRoles = menu(async (deps, ...asked) =>
  menuOptions((await deps.searchRoles(...asked)).map(roleOption)),
);
