import { withTimeLimit } from "../../kernel/time-limit.ts";
import { type DirectoryUser, LONGEST_FILTER_TEXT, type TenantDirectory } from "../../subjects/index.ts";
import type { MenuDraft } from "./menu-draft.ts";

/** Slack takes 100 options for a menu, and one of them uses the typed text. */
const MOST_SUGGESTED = 99;

/** Slack expects the answer within a second, and the directory is only one step of it. In milliseconds. */
const DIRECTORY_LIMIT_MS = 500;

/** The users of the directory whose name or username has the typed text, by name. */
export interface SuggestedUsers {
  readonly users: readonly DirectoryUser[];
  /** All users that match. */
  readonly total: number;
}

const NOBODY: SuggestedUsers = { users: [], total: 0 };

/**
 * Makes the function that suggests users for a draft, active and inactive ones. A suggestion is only input: the
 * form reads the chosen user from Incydr. If the directory is slow or fails, nobody is suggested, and the person can
 * use the typed text. `null` if the person may see no suggestions.
 * @throws the errors of `createMenuDraft`
 */
export function createSuggestUsers(options: {
  readonly menuDraft: MenuDraft;
  readonly directory: Pick<TenantDirectory, "users">;
}) {
  const { menuDraft, directory } = options;
  return async function suggestUsers(
    draftId: string,
    slackUserId: string,
    typed: string,
  ): Promise<SuggestedUsers | null> {
    if (!(await menuDraft(draftId, slackUserId))) return null;
    const text = typed.trim();
    if (text.length > LONGEST_FILTER_TEXT) return NOBODY;
    const filter = { text: text === "" ? null : text, active: null, blocked: null, org: null, role: null };
    const page = directory.users(filter, { offset: 0, limit: MOST_SUGGESTED }).catch(() => NOBODY);
    const { users, total } = await withTimeLimit(page, DIRECTORY_LIMIT_MS, NOBODY);
    return { users, total };
  };
}

export type SuggestUsers = ReturnType<typeof createSuggestUsers>;
