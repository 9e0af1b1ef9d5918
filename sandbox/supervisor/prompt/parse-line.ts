import { splitWords } from "./split-words.ts";

/** The meaning of a typed line. */
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
  /** `null` lists the faults; `off` switches all of them off. */
  | { readonly kind: "faults"; readonly name: string | null }
  /** Another app posts. */
  | { readonly kind: "alert"; readonly channel: string; readonly text: string }
  | { readonly kind: "action"; readonly person: string; readonly action: PersonAction }
  | { readonly kind: "unclear"; readonly why: string };

/** An action or a view of one person. */
export type PersonAction =
  | { readonly does: "command"; readonly channel: string; readonly line: string }
  | { readonly does: "post"; readonly channel: string; readonly text: string }
  /** `null` stands for every channel. */
  | { readonly does: "look"; readonly channel: string | null }
  | { readonly does: "modal" }
  /** Reads the newest file of that name. */
  | { readonly does: "open"; readonly file: string }
  | { readonly does: "submit" | "close" }
  | { readonly does: "fill"; readonly fields: Readonly<Record<string, string>> }
  /**
   * Clicks the button in the newest message that has it and contains the text. Without a channel, searches the open
   * modal, and then every channel.
   */
  | {
      readonly does: "click";
      readonly button: string;
      readonly channel: string | null;
      readonly text: string;
    }
  /** In the thread of the newest message that contains `about`. */
  | { readonly does: "reply"; readonly channel: string; readonly about: string; readonly text: string }
  /** On the newest message with that text. */
  | { readonly does: "shortcut"; readonly name: string; readonly channel: string; readonly text: string };

/** A `fill` input can have several lines, because a value in quotes can. */
const FILL = /^\s*\S+\s+fill\s/;

const PLAIN = ["help", "quit", "kill", "restart", "log", "people", "channels", "writes"] as const;

/** Whether a value in quotes continues on the next line. */
export function isUnfinished(text: string): boolean {
  return FILL.test(text) && (text.replaceAll(/\\./gs, "").match(/"/g) ?? []).length % 2 === 1;
}

/** Parses one line; `people` are the keys of people. */
export function parseLine(line: string, people: readonly string[]): PromptLine {
  const words = splitWords(line);
  const [first = "", second = "", ...others] = words;
  if (first === "") return { kind: "nothing" };
  const plain = PLAIN.find((name) => name === first);
  if (plain) return second === "" ? { kind: plain } : { kind: "unclear", why: `Write only: ${plain}` };
  if (first === "faults") return { kind: "faults", name: second || null };
  if (first === "alert") {
    const channel = channelOf(second);
    const text = textAfter(line, 2);
    if (channel === null || channel === "dm" || text === "")
      return { kind: "unclear", why: "Write: alert #channel text" };
    return { kind: "alert", channel, text };
  }
  const person = people.find((key) => key === first.toLowerCase());
  if (person === undefined) {
    const why = `“${first}” is neither a command nor a person. Type help for the commands, or people for the list of people.`;
    return { kind: "unclear", why };
  }
  const action = actionOf({ line, verb: second, others });
  return typeof action === "string" ? { kind: "unclear", why: action } : { kind: "action", person, action };
}

/** The action after a person's name, or a sentence that says how to write it. */
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
    case "sees": {
      const channel = channelOf(object);
      return object !== "" && channel === null ? "Write: theo sees [#channel]" : { does: "look", channel };
    }
    case "modal":
    case "submit":
    case "close":
      return { does: verb };
    case "open":
      return object === "" ? "Write: maya open dry-run.csv" : { does: "open", file: others.join(" ") };
    case "fill":
      return fillOf(others);
    case "click": {
      const at = others.findIndex((word) => channelOf(word) !== null);
      const button = (at < 0 ? others : others.slice(0, at)).join(" ");
      if (button === "") return "Write: theo click Approve [#channel [part of the message]]";
      if (at < 0) return { does: "click", button, channel: null, text: "" };
      return {
        does: "click",
        button,
        channel: channelOf(others[at] ?? ""),
        text: others.slice(at + 1).join(" "),
      };
    }
    case "reply": {
      const channel = channelOf(object);
      const [about = "", ...said] = rest;
      if (channel === null || about === "" || said.length === 0)
        return 'Write: jonas reply #channel "part of the message" text';
      return { does: "reply", channel, about, text: said.join(" ") };
    }
    case "shortcut": {
      const channel = channelOf(rest[0] ?? "");
      if (channel === null) return 'Write: jonas shortcut "Act on this user" #channel [part of the message]';
      return { does: "shortcut", name: object, channel, text: rest.slice(1).join(" ") };
    }
    default:
      return "After a person, write #channel, sees, open, modal, fill, submit, close, click, reply or shortcut. Type help for examples.";
  }
}

function fillOf(words: readonly string[]): PersonAction | string {
  const pairs = words.map((word) => /^([^=]+)=(.*)$/s.exec(word));
  if (pairs.length === 0 || pairs.includes(null))
    return 'Write: maya fill Reason="why" "Roles to add"="Alert Emails"';
  const fields = pairs.flatMap((pair) => (pair ? [[labelOf(pair[1] ?? ""), pair[2] ?? ""] as const] : []));
  return { does: "fill", fields: Object.fromEntries(fields) };
}

/** The label of a field without Slack's mark after it. */
function labelOf(shown: string): string {
  return shown.replace(/ \(optional\)$/, "");
}

function channelOf(word: string): string | null {
  if (word === "dm") return word;
  return /^#\S+$/.test(word) ? word.slice(1) : null;
}

/** The typed rest of a line after `wordCount` words. */
function textAfter(line: string, wordCount: number): string {
  return line.trimStart().replace(new RegExp(`^(?:\\S+\\s*){${wordCount}}`), "");
}
