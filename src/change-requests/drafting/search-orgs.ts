import { foldName } from "../../kernel/visible-text.ts";
import type { OrgOption } from "../model/change.ts";
import type { UnitOfWork } from "../ports/ports.ts";
import { orgFault } from "./offered-orgs.ts";

/** Organizations that Slack takes as the answer to a search. */
const MOST_FOUND = 100;

/**
 * Makes the function that finds the organizations of a draft's form to which its subject can be moved, by a
 * part of their name or of the name above; none for anybody but whoever opened the form.
 */
export function createSearchOrgs({ uow }: { uow: UnitOfWork }) {
  return async function searchOrgs(
    draftId: string,
    slackUserId: string,
    typed: string,
  ): Promise<readonly OrgOption[]> {
    const draft = await uow.run((tx) => tx.drafts.lock(draftId));
    if (draft?.opener.slackUserId !== slackUserId || !draft.facts) return [];
    const { facts, orgOptions } = draft;
    const wanted = foldName(typed);
    const isMeant = ({ name, parent }: OrgOption) =>
      wanted === "" || foldName(name).includes(wanted) || foldName(parent ?? "").includes(wanted);
    return orgOptions.filter((org) => orgFault(org, facts) === null && isMeant(org)).slice(0, MOST_FOUND);
  };
}

export type SearchOrgs = ReturnType<typeof createSearchOrgs>;
