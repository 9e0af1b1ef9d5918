import { listedOrgs } from "../../../change-requests/index.ts";
import { LONGEST_FILTER_TEXT } from "../../../subjects/index.ts";
import { withNames } from "../../texts/typed-text.ts";
import { command, type NotUnderstood } from "./command.ts";
import { readOptions } from "./command-options.ts";
import { nameOrNull, unquoted } from "./command-words.ts";
import { readPage } from "./pages.ts";

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
  /** From 1. */
  readonly page: number;
}

/** The organizations of the directory, or those with a text in their name. */
export const orgs = command<OrgsArgs>({
  parse(argument): OrgsArgs | { readonly notUnderstood: NotUnderstood } {
    const read = readOptions(argument, { page: "value" } as const);
    if ("fault" in read) return { notUnderstood: { option: read.fault } };
    const text = nameOrNull(unquoted(withNames(read.rest)));
    const page = readPage(read.options.page);
    if (typeof page === "object") return { notUnderstood: { option: page } };
    if (text !== null && text.length > LONGEST_FILTER_TEXT)
      return { notUnderstood: { option: { why: "long_name", most: LONGEST_FILTER_TEXT } } };
    return { text, page };
  },
  run: ({ deps, slackUserId, reply }, { text, page }) =>
    reply(async () => {
      const isFrozen = await deps.isFrozen();
      const found = await deps.orgList(slackUserId, text, page);
      return { kind: "orgs", list: listedOrgs(text, found), isFrozen };
    }),
});
