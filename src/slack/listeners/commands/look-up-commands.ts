import { listedGrant } from "../../../change-requests/index.ts";
import { command } from "./command.ts";
import { firstPerson, firstUser, keyword } from "./command-words.ts";

export const user = command({
  parse: (who) => ({ who }),
  run: ({ deps, slackUserId, reply }, { who }) =>
    reply(async () => {
      const facts = await deps.lookUps.subject(slackUserId, who);
      return {
        kind: "subject",
        facts,
        grants: (await deps.grantQueries.ofSubject(slackUserId, facts)).map(listedGrant),
        userLinkTemplate: deps.userLinkTemplate,
        isFrozen: await deps.isFrozen(),
      };
    }),
});

/** The open temporary roles of one user, or of all (`who` is `null`). */
export const grants = command({
  parse: (argument) => ({ who: argument || null }),
  run: ({ deps, slackUserId, reply }, { who }) =>
    reply(async () => {
      const isFrozen = await deps.isFrozen();
      const facts = who === null ? null : await deps.lookUps.subject(slackUserId, who);
      const found = facts
        ? await deps.grantQueries.ofSubject(slackUserId, facts)
        : await deps.grantQueries.all(slackUserId);
      return {
        kind: "grants",
        grants: found.map(listedGrant),
        username: facts?.username ?? null,
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
