import {
  type Change,
  CommandTextError,
  LONGEST_REASON,
  LONGEST_TICKET,
  MOST_INVITED,
  type OptionFault,
  textFault,
} from "../../../change-requests/index.ts";
import { typedUser } from "../../../subjects/index.ts";
import { refusalLines } from "../../texts/refusal.ts";
import type { GivenAnswers } from "../../views/change-form-view.ts";
import { chooseSubjectView } from "../../views/choose-subject-view.ts";
import { sendRefusal } from "../send-answer.ts";
import { openChange, sendNotOpened } from "../views/open-change.ts";
import { type CommandContext, command, type NotUnderstood } from "./command.ts";
import { readOptions } from "./command-options.ts";
import { firstUser, keyword, nameOrNull } from "./command-words.ts";
import { readLength } from "./read-times.ts";
import { similarUsers } from "./similar-commands.ts";

/** The change that a command asks for, and the values with which its form opens. */
export interface ChangeArgs {
  readonly kind: Change["kind"];
  readonly who: string;
  /** The typed name of a role, or of several with commas between them. */
  readonly role: string | null;
  readonly org: string | null;
  /** Whether the change is executed without waiting for approvals. */
  readonly emergency: boolean;
  /** The duration of added roles in hours, `null` for permanent; absent without `--for`. */
  readonly grantHours?: number | null;
  /** The fields of the form that other options fill in. */
  readonly given: GivenAnswers;
}

/** The most characters of one name of a role or an organization, and of all names. */
const LONGEST_NAME = 200;
const LONGEST_NAMES = 2_000;

const OPTIONS = { reason: "value", ticket: "value", ask: "value", for: "value" } as const;

type Named = Pick<ChangeArgs, "kind" | "who"> & Partial<Pick<ChangeArgs, "role" | "org">>;
type Read = ChangeArgs | { readonly notUnderstood: NotUnderstood };

/** Makes a command that opens the form of one change. `read` gets the text without the options. */
function changeCommand(read: (text: string) => Named, { emergency = false } = {}) {
  return command<ChangeArgs>({
    parse: (argument) => readChange(argument, read, emergency),
    run: openChangeForm,
  });
}

// The whole text names the user. A part of it could name somebody else.
export const deactivate = changeCommand((who) => ({ kind: "deactivate", who }));
export const emergency = changeCommand((who) => ({ kind: "deactivate", who }), { emergency: true });
export const activate = changeCommand((who) => ({ kind: "activate", who }));
export const setRoles = changeCommand((who) => ({ kind: "replace_roles", who }));

export const move = changeCommand((text) => {
  const { who, rest } = firstUser(text);
  return { kind: "move", who, org: nameOrNull(rest) };
});
export const addRole = changeCommand((text) => ({ kind: "add_roles", ...userAndRole(text) }));
export const removeRole = changeCommand((text) => ({ kind: "remove_roles", ...userAndRole(text) }));

function userAndRole(text: string): Pick<ChangeArgs, "who" | "role"> {
  const { who, rest } = firstUser(text);
  return { who, role: nameOrNull(rest) };
}

const VERBS: ReadonlyMap<string, Change["kind"]> = new Map([
  ["add", "add_roles"],
  ["remove", "remove_roles"],
  ["set", "replace_roles"],
]);

/** Reads `<who> [add|remove [<role>]]` or `<who> set`, the text behind `roles`. Without a verb, roles are added. */
export function readRoleChange(argument: string): Read {
  return readChange(argument, (text) => {
    const { who, rest } = firstUser(text);
    const [verb = ""] = rest.split(/\s+/, 1);
    const role = nameOrNull(rest.slice(verb.length).trim());
    const kind = nameOrNull(rest) === null ? "add_roles" : VERBS.get(keyword(verb));
    // A new set of roles is chosen in the form.
    if (!kind || (kind === "replace_roles" && role !== null)) return { typed: `roles <who> ${verb}` };
    return { kind, who, role };
  });
}

function readChange(
  argument: string,
  read: (text: string) => Named | { readonly typed: string },
  emergency = false,
): Read {
  const separated = readOptions(argument, OPTIONS);
  if ("fault" in separated) return { notUnderstood: { option: separated.fault } };
  const change = read(separated.rest);
  if ("typed" in change) return { notUnderstood: change };
  const answers = readAnswers(separated.options, { kind: change.kind, emergency });
  if ("why" in answers) return { notUnderstood: { option: answers } };
  return { role: null, org: null, emergency, ...change, ...answers };
}

function readAnswers(
  options: { readonly [Name in keyof typeof OPTIONS]?: string },
  { kind, emergency }: Pick<ChangeArgs, "kind" | "emergency">,
): Pick<ChangeArgs, "grantHours" | "given"> | OptionFault {
  const { for: length, reason, ticket, ask } = options;
  const known = ["reason", "ticket", ...(emergency ? [] : ["ask"]), ...(kind === "add_roles" ? ["for"] : [])];
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined) return { why: "unknown", option: unknown, known };
  const grantHours = length === undefined ? undefined : readLength(length);
  if (grantHours === "unreadable") return { why: "no_length", option: "for" };
  if ((reason?.length ?? 0) > LONGEST_REASON)
    return { why: "too_long", option: "reason", most: LONGEST_REASON };
  if ((ticket?.length ?? 0) > LONGEST_TICKET)
    return { why: "too_long", option: "ticket", most: LONGEST_TICKET };
  const peopleAsked = ask === undefined ? undefined : mentionedIn(ask);
  if (peopleAsked === "unreadable") return { why: "no_mentions", option: "ask", most: MOST_INVITED };
  const given = {
    ...(reason === undefined ? {} : { reason }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(peopleAsked === undefined ? {} : { peopleAsked }),
  };
  return { ...(grantHours === undefined ? {} : { grantHours }), given };
}

/** The Slack ids of a text that consists of mentions only. */
function mentionedIn(text: string): readonly string[] | "unreadable" {
  const ids = [...text.matchAll(/<@([A-Z0-9]+)(?:\|[^<>]*)?>/g)].map(([, id = ""]) => id);
  const rest = text.replace(/<@[A-Z0-9]+(?:\|[^<>]*)?>/g, "");
  const people = [...new Set(ids)];
  return /^[\s,;]*$/.test(rest) && people.length > 0 && people.length <= MOST_INVITED ? people : "unreadable";
}

export async function openChangeForm(context: CommandContext, args: ChangeArgs): Promise<void> {
  const { deps, slackUserId, place, triggerId, sendAnswer, typed } = context;
  const { kind, role, org, emergency, grantHours, given } = args;
  if (args.who === "" && role === null && org === null) return chooseSubject(context, { kind, emergency });
  let who: string;
  try {
    who = typedUser(args.who);
    assertName("role", role, LONGEST_NAMES);
    for (const name of role?.split(",") ?? []) assertName("role", name, LONGEST_NAME);
    assertName("organization", org, LONGEST_NAME);
  } catch (error) {
    return sendRefusal(deps, sendAnswer, error, typed);
  }
  const opening = { slackUserId, place, triggerId, sendAnswer, typed };
  const length = grantHours === undefined ? {} : { grantHours };
  await openChange(deps, {
    ...{ ...opening, who, kind, role, org, emergency, given, ...length },
    askAgain: async (draftId, error) => {
      const [similar, isFrozen] = [await similarUsers(deps, error, slackUserId), await deps.isFrozen()];
      // The menu of similar users replaces the suggestions of the refusal.
      const fault = refusalLines(error).slice(0, similar.length > 0 ? 1 : undefined);
      // The field is empty, so that the person sees how to search. The command is given back as text.
      const again = { fault, typed: null, similar, command: typed };
      return chooseSubjectView(draftId, [], { isFrozen, chosen: { kind, emergency }, again });
    },
  });
}

/** Opens the form that asks for the user. */
async function chooseSubject(
  { deps, slackUserId, place, triggerId, sendAnswer, typed }: CommandContext,
  chosen: { readonly kind: Change["kind"]; readonly emergency: boolean } | null,
): Promise<void> {
  try {
    const draft = await deps.startDraft({ slackUserId, place, who: null, kind: null });
    const isFrozen = await deps.isFrozen();
    const view = chooseSubjectView(draft.id, [], { isFrozen, chosen });
    await deps.api.posting.views.open({ trigger_id: triggerId, view });
  } catch (error) {
    await sendNotOpened(deps, sendAnswer, error, typed);
  }
}

/** @throws {CommandTextError} for a text that no name, or no list of names, can be */
function assertName(what: "role" | "organization", name: string | null, most: number): void {
  const fault = name === null ? null : textFault(name, most);
  if (fault !== null) throw new CommandTextError(what, fault);
}
