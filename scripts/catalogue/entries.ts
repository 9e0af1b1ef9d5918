import type { ModalView } from "@slack/types";
import type { Message } from "../../src/slack/texts/message.ts";

/** A file that the bot sends, line by line, with the sentence above it. */
export interface FileText {
  readonly file: string;
  readonly comment: string;
  readonly lines: readonly string[];
}

/** The texts that Slack shows below the fields of a form, by block. */
export interface FieldErrors {
  readonly errors: Readonly<Record<string, string>>;
}

/** The options that a menu offers while a person types. */
export interface OfferedOptions {
  readonly options: readonly unknown[];
}

/** As `OfferedOptions`, in groups. */
export interface OfferedGroups {
  readonly option_groups: readonly unknown[];
}

/** A message, form or file that people see; `null` if the bot is silent on purpose. */
export type Entry = Message | ModalView | FileText | FieldErrors | OfferedOptions | OfferedGroups | null;

/** The entries of one topic by name, in reading order. */
export type Topic = Readonly<Record<string, Entry>>;

/** The whole catalogue: topics by the name of their file, without its ending. */
export type Catalogue = Readonly<Record<string, Topic>>;

/** Makes an entry from each member of a record, under the same name. */
export function entriesFor<T>(
  of: Readonly<Record<string, T>>,
  make: (each: T, name: string) => Entry,
): Topic {
  return Object.fromEntries(Object.entries(of).map(([name, each]) => [name, make(each, name)]));
}

/** The same topic with a prefix before each name. */
export function under(prefix: string, topic: Topic): Topic {
  return Object.fromEntries(Object.entries(topic).map(([name, entry]) => [`${prefix} · ${name}`, entry]));
}

/** Joins parts of a topic. @throws when two entries have the same name. */
export function joined(...parts: readonly Topic[]): Topic {
  const entries = parts.flatMap((part) => Object.entries(part));
  const names = entries.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`Two entries of a topic have the name “${repeated}”.`);
  return Object.fromEntries(entries);
}

/** The width of a line of JSON. An object or a list that fits stays on one line, so that differences are short. */
const WIDTH = 200;

/** A topic as the text of its file. */
export function topicText(topic: Topic): string {
  return `${printed(JSON.parse(JSON.stringify(topic)), "", 0, true)}\n`;
}

function printed(value: unknown, indent: string, taken: number, isOpened = false): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((each) => ["", each] as const)
    : Object.entries(value).map(([key, each]) => [`${JSON.stringify(key)}: `, each] as const);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return `${open}${close}`;
  const line = oneLine(value);
  if (!isOpened && indent.length + taken + line.length <= WIDTH) return line;
  const content = items.map(([key, each]) => `${inner}${key}${printed(each, inner, key.length)}`);
  return `${open}\n${content.join(",\n")}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${oneLine(each)}`);
  return `{ ${entries.join(", ")} }`;
}
