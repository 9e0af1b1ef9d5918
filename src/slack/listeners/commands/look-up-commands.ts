import { listedGrant } from "../../../change-requests/index.ts";
import { command, type NotUnderstood } from "./command.ts";
import { readOptions } from "./command-options.ts";
import { firstPerson, firstUser, keyword } from "./command-words.ts";
import { readPage } from "./pages.ts";

export const user = command({
  parse: (who) => ({ who }),
  run: ({ deps, slackUserId, reply }, { who }) =>
    reply(async () => {
      const facts = await deps.lookUps.subject(slackUserId, who);
      const grants = await deps.grantQueries.ofSubject(slackUserId, facts);
      return {
        kind: "subject",
        facts,
        grants: grants?.map(listedGrant) ?? null,
        userLinkTemplate: deps.userLinkTemplate,
        isFrozen: await deps.isFrozen(),
      };
    }),
});

interface GrantArgs {
  readonly who: string | null;
  /** From 1. */
  readonly page: number;
}

/** The open temporary roles of one user, or of all (`who` is `null`). */
export const grants = command<GrantArgs>({
  parse(argument): GrantArgs | { readonly notUnderstood: NotUnderstood } {
    const read = readOptions(argument, { page: "value" } as const);
    if ("fault" in read) return { notUnderstood: { option: read.fault } };
    const page = readPage(read.options.page);
    if (typeof page === "object") return { notUnderstood: { option: page } };
    return { who: read.rest || null, page };
  },
  run: ({ deps, slackUserId, reply }, { who, page }) =>
    reply(async () => {
      const isFrozen = await deps.isFrozen();
      const facts = who === null ? null : await deps.lookUps.subject(slackUserId, who);
      const found = await deps.grantQueries.page(slackUserId, facts, page);
      const { first, total, isMore } = found;
      const at = (number: number) =>
        number >= 1 && number <= found.pages
          ? ["grants", ...(facts ? [facts.userId] : []), `--page ${number}`].join(" ")
          : null;
      return {
        kind: "grants",
        grants: found.grants.map(listedGrant),
        username: facts?.username ?? null,
        page: { first, total, isMore, previous: at(found.page - 1), next: at(found.page + 1) },
        isFrozen,
      };
    }),
});

/** `<@person> <action> [<who> [<change>]]` or `<@person> <change> <who>`. */
export const can = command({
  parse(argument) {
    const person = firstPerson(argument);
    const [action = ""] = person.rest.split(/\s+/, 1);
    const subject = firstUser(person.rest.slice(action.length).trim());
    const [change = ""] = subject.rest.split(/\s+/, 1);
    const asked = { who: person.who, subject: subject.who || null };
    const asksForChange = CHANGES.get(keyword(action));
    if (asksForChange && change === "") return { ...asked, action: "request", change: asksForChange };
    return { ...asked, action: keyword(action), change: keyword(change) || null };
  },
  run: ({ deps, slackUserId, reply }, asked) =>
    reply(async () => {
      const permission = await deps.explainPermission({ slackUserId, ...asked });
      return { kind: "permission", permission, isFrozen: await deps.isFrozen() };
    }),
});

/** The changes that `can` takes in place of an action. It then asks about requesting that change. */
const CHANGES: ReadonlyMap<string, string> = new Map([
  ["deactivate", "deactivate"],
  ["activate", "activate"],
  ["move", "move"],
  ["add-role", "add_roles"],
  ["add-roles", "add_roles"],
  ["add_roles", "add_roles"],
  ["remove-role", "remove_roles"],
  ["remove-roles", "remove_roles"],
  ["remove_roles", "remove_roles"],
  ["set-roles", "replace_roles"],
  ["replace_roles", "replace_roles"],
]);
