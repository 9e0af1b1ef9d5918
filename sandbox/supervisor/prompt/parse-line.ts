import { splitWords } from "./split-words.ts";

/** What somebody wants who typed a line. */
export type PromptLine =
  | {
      readonly kind:
        | "nothing"
        | "help"
        | "quit"
        | "kill"
        | "restart"
        | "log"
        | "people"
        | "channels"
        | "writes";
    }
  /** Null lists the faults; `off` switches every one off. */
  | { readonly kind: "faults"; readonly name: string | null }
  /** Another app posts. */
  | { readonly kind: "alert"; readonly channel: string; readonly text: string }
  | { readonly kind: "action"; readonly person: string; readonly action: PersonAction }
  | { readonly kind: "unclear"; readonly why: string };

/** What one person does, or looks at. */
export type PersonAction =
  | { readonly does: "command"; readonly channel: string; readonly line: string }
  | { readonly does: "post"; readonly channel: string; readonly text: string }
  /** Null looks at every channel. */
  | { readonly does: "look"; readonly channel: string | null }
  | { readonly does: "modal" }
  | { readonly does: "submit" | "close" }
  | { readonly does: "fill"; readonly fields: Readonly<Record<string, string>> }
  /** Null finds the button in the open modal or in the newest message that has it. */
  | { readonly does: "click"; readonly button: string; readonly channel: string | null }
  /** On the newest message with that text. */
  | { readonly does: "shortcut"; readonly name: string; readonly channel: string; readonly text: string };

const PLAIN = ["help", "quit", "kill", "restart", "log", "people", "channels", "writes"] as const;

/** Understands one line; `people` are the keys by which people are called. */
export function parseLine(line: string, people: readonly string[]): PromptLine {
  const words = splitWords(line);
  const [first = "", second = "", ...others] = words;
  if (first === "") return { kind: "nothing" };
  const plain = PLAIN.find((name) => name === first);
  if (plain) return { kind: plain };
  if (first === "faults") return { kind: "faults", name: second || null };
  if (first === "alert") {
    const channel = channelOf(second);
    if (channel === null) return { kind: "unclear", why: "Write: alert #channel what it says" };
    return { kind: "alert", channel, text: textAfter(line, 2) };
  }
  if (!people.includes(first)) {
    return { kind: "unclear", why: `“${first}” is no command and nobody here; help shows what there is.` };
  }
  const action = actionOf({ line, verb: second, others });
  return typeof action === "string"
    ? { kind: "unclear", why: action }
    : { kind: "action", person: first, action };
}

/** The action behind a person's name, or how it is to be written. */
function actionOf(options: { line: string; verb: string; others: readonly string[] }): PersonAction | string {
  const { line, verb, others } = options;
  const typedIn = channelOf(verb);
  if (typedIn !== null) {
    const text = textAfter(line, 2);
    if (text === "") return { does: "look", channel: typedIn };
    return text.startsWith("/")
      ? { does: "command", channel: typedIn, line: text }
      : { does: "post", channel: typedIn, text };
  }
  const [object = "", ...rest] = others;
  switch (verb) {
    case "sees":
      return { does: "look", channel: channelOf(object) };
    case "modal":
    case "submit":
    case "close":
      return { does: verb };
    case "fill":
      return fillOf(others);
    case "click": {
      const channel = channelOf(others.at(-1) ?? "");
      const button = (channel === null ? others : others.slice(0, -1)).join(" ");
      return button === "" ? "Write: theo click Approve [#channel]" : { does: "click", button, channel };
    }
    case "shortcut": {
      const channel = channelOf(rest[0] ?? "");
      if (channel === null) return 'Write: jonas shortcut "Act on this user" #channel [part of the message]';
      return { does: "shortcut", name: object, channel, text: rest.slice(1).join(" ") };
    }
    default:
      return "After a person write #channel, sees, modal, fill, submit, close, click or shortcut; help shows more.";
  }
}

function fillOf(words: readonly string[]): PersonAction | string {
  const pairs = words.map((word) => /^([^=]+)=(.*)$/s.exec(word));
  if (pairs.length === 0 || pairs.includes(null))
    return 'Write: maya fill Reason="why" "Roles to add"="Alert Emails"';
  return {
    does: "fill",
    fields: Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1], pair[2]]] : []))),
  };
}

function channelOf(word: string): string | null {
  if (word === "dm") return word;
  return /^#\S+$/.test(word) ? word.slice(1) : null;
}

/** The rest of a line as it was typed, behind so many words. */
function textAfter(line: string, wordCount: number): string {
  return line.trimStart().replace(new RegExp(`^(?:\\S+\\s*){${wordCount}}`), "");
}
