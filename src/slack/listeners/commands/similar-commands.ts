import { type Choice, isRefusal, refusalOf } from "../../../change-requests/index.ts";
import { isUserId, LONGEST_FILTER_TEXT, readTypedUser } from "../../../subjects/index.ts";
import { LONGEST_COMMAND_TEXT } from "../../texts/command-help.ts";
import type { SlackDeps } from "../slack-deps.ts";

/** The most choices of an answer. */
const MOST_CHOICES = 5;

/** The words of a mistyped name that are searched one by one: how many, and their least letters. */
const MOST_WORDS = 2;
const SHORTEST_WORD = 3;

/** A user whom a mistyped name may mean. */
export interface SimilarUser extends Omit<Choice, "command"> {
  /** A text that names the user in a command. */
  readonly who: string;
}

/**
 * The same command for each user whom a mistyped name may mean. Empty for every other error.
 * @param typed the text of the command, and the part of it that names the user
 */
export async function similarCommands(
  deps: Pick<SlackDeps, "userList" | "log">,
  error: unknown,
  typed: { readonly slackUserId: string; readonly text: string; readonly who: string | null },
): Promise<readonly Choice[]> {
  const { slackUserId, text, who } = typed;
  if (who === null) return [];
  return (await similarUsers(deps, error, slackUserId)).flatMap(({ who: chosen, ...named }) => {
    const command = withUser(text.trim(), who, chosen);
    return command === null || command.length > LONGEST_COMMAND_TEXT ? [] : [{ ...named, command }];
  });
}

/**
 * The users whom a mistyped name may mean: those that Incydr found similar, and those of the directory with the typed
 * text in their names. Empty for every other error.
 */
export async function similarUsers(
  deps: Pick<SlackDeps, "userList" | "log">,
  error: unknown,
  slackUserId: string,
): Promise<readonly SimilarUser[]> {
  if (!isRefusal(error)) return [];
  const refusal = refusalOf(error);
  if (refusal.code !== "subject_not_found" && refusal.code !== "ambiguous_subject") return [];
  const { data } = refusal;
  const ofIncydr = "similar" in data ? data.similar : data.matches;
  const users: SimilarUser[] = ofIncydr.filter(isReadable).map((name) => ({
    ...{ who: name, username: name, displayName: null },
  }));
  if (refusal.code === "subject_not_found") users.push(...(await inDirectory(deps, slackUserId, data.who)));
  // The entry of the directory, with the name, replaces Incydr's.
  const byUsername = new Map(users.map((user) => [user.username.toLowerCase(), user]));
  return [...byUsername.values()].slice(0, MOST_CHOICES);
}

/** The command with another user; `null` if no words of its text are the name. */
function withUser(text: string, who: string, chosen: string): string | null {
  const [name = ""] = text.split(/\s+/, 1);
  const rest = ` ${text.slice(name.length).trim()} `;
  const from = rest.indexOf(` ${who} `);
  if (from < 0) return null;
  return `${name}${rest.slice(0, from)} ${chosen} ${rest.slice(from + who.length + 2)}`.trim();
}

/** Characters that a command may read as a quote or as the beginning of an option. */
const NOT_TYPABLE = /^[-—–]|[\s"“”„‟«»]/u;

/** Whether a command reads this username or id as one user. */
function isReadable(name: string): boolean {
  const read = readTypedUser(name);
  return !NOT_TYPABLE.test(name) && "who" in read && read.who === name;
}

/** The longest words of a name of several, because one of them may be right if another has a mistake. */
function wordsOf(text: string): readonly string[] {
  const words = [...new Set(text.split(/\s+/))];
  if (words.length < 2) return [];
  return words
    .filter(({ length }) => length >= SHORTEST_WORD)
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_WORDS);
}

/** The users of the directory with these names, or else with one of the words. Nobody if the policies forbid lists, or the directory fails. */
async function inDirectory(
  deps: Pick<SlackDeps, "userList" | "log">,
  slackUserId: string,
  who: string,
): Promise<SimilarUser[]> {
  // In an address with a mistake, the words of the name before the @ may be right.
  const name = who.includes("@") ? who.slice(0, who.lastIndexOf("@")).replace(/[._-]+/g, " ") : who;
  const text = name.trim();
  if (isUserId(who) || text.length < 2 || name.length > LONGEST_FILTER_TEXT) return [];
  try {
    for (const searched of [text, ...wordsOf(text)]) {
      const found = await deps.userList.similar(slackUserId, searched);
      const users = found.filter(({ userId }) => isReadable(userId));
      if (users.length > 0)
        return users.map(({ userId, username, displayName }) => ({
          ...{ who: userId, username, displayName },
        }));
    }
    return [];
  } catch (error) {
    if (!isRefusal(error)) deps.log("The directory could not be searched for a mistyped name.", error);
    return [];
  }
}
