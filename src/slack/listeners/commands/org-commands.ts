import { listedOrgs } from "../../../change-requests/index.ts";
import { LONGEST_FILTER_TEXT } from "../../../subjects/index.ts";
import { withNames } from "../../texts/typed-text.ts";
import { command, type NotUnderstood } from "./command.ts";
import { nameOrNull, unquoted } from "./command-words.ts";

/** One organization, read from Incydr. */
export const org = command({
  parse: (argument) => ({ named: nameOrNull(withNames(argument)) }),
  run: ({ deps, slackUserId, sendAnswer, reply }, { named }) =>
    named === null
      ? sendAnswer({ kind: "which_org" })
      : reply(async () => {
          const isFrozen = await deps.isFrozen();
          return { kind: "org", found: await deps.orgDetails(slackUserId, named), isFrozen };
        }),
});

interface OrgsArgs {
  readonly text: string | null;
}

/** The organizations of the directory, or those with a text in their name. */
export const orgs = command<OrgsArgs>({
  parse(argument): OrgsArgs | { readonly notUnderstood: NotUnderstood } {
    const text = nameOrNull(unquoted(withNames(argument)));
    if (text !== null && text.length > LONGEST_FILTER_TEXT)
      return { notUnderstood: { option: { why: "long_name", most: LONGEST_FILTER_TEXT } } };
    return { text };
  },
  run: ({ deps, slackUserId, reply }, { text }) =>
    reply(async () => {
      const isFrozen = await deps.isFrozen();
      return { kind: "orgs", list: listedOrgs(text, await deps.orgList.first(slackUserId, text)), isFrozen };
    }),
});
