import type { InteractiveElement } from "../blocks/block-schemas.ts";
import { allOptions } from "../blocks/choice-elements.ts";
import type { Option } from "../blocks/composition-objects.ts";
import type { FieldValue } from "../state/form-values.ts";
import type { Workspace } from "../state/workspace.ts";

/**
 * A person's input into a field:
 *
 * - text input: the text
 * - choice: an option's text, or several for a multiple choice
 * - menu of people or channels: a name
 * - picker: `YYYY-MM-DD` or `HH:mm`; for a date with time, seconds since the epoch
 * - file input: a file with its content
 * - external menu: a text that is both the query and the option to pick, or `{query, pick}`
 *
 * `null` empties the field.
 */
export type FieldInput =
  | string
  | number
  | null
  | readonly string[]
  | { query: string; pick: string | null }
  | FileToUpload;

/** A file on a person's computer. */
export interface FileToUpload {
  file: string;
  content: string | Uint8Array;
}

/** The file for a file input, if the input has one. */
export function fileToUpload(input: FieldInput): FileToUpload | undefined {
  return typeof input === "object" && input !== null && "file" in input ? input : undefined;
}

/** An option to pick from an external menu, with the query that finds it. */
export interface Search {
  query: string;
  pick: string | null;
}

/** The value of an element after `input`. `found` has the options of external menus. */
export function valueFor(
  element: InteractiveElement,
  input: FieldInput,
  options: { workspace: Workspace; found?: Option[]; uploaded?: Record<string, unknown>[] },
): FieldValue {
  const { workspace, found = [], uploaded = [] } = options;
  const texts = textsOf(input);
  const first = texts[0] ?? null;
  switch (element.type) {
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return { type: element.type, value: first === "" ? null : first };
    case "rich_text_input":
      return { type: element.type, rich_text_value: first === null ? null : richText(first) };
    case "static_select":
    case "radio_buttons":
      return { type: element.type, selected_option: optionsNamed(allOptions(element), texts)[0] ?? null };
    case "multi_static_select":
    case "checkboxes": {
      const selected = optionsNamed(allOptions(element), texts);
      if ("max_selected_items" in element) assertAtMost(element.max_selected_items, selected.length);
      return { type: element.type, selected_options: selected };
    }
    case "external_select":
      return { type: element.type, selected_option: found[0] ?? null };
    case "multi_external_select":
      assertAtMost(element.max_selected_items, found.length);
      return { type: element.type, selected_options: found };
    case "users_select":
      return { type: element.type, selected_user: first === null ? null : workspace.person(first).id };
    case "multi_users_select":
      assertAtMost(element.max_selected_items, texts.length);
      return { type: element.type, selected_users: texts.map((text) => workspace.person(text).id) };
    case "conversations_select":
      return { type: element.type, selected_conversation: first && workspace.channel(first).id };
    case "multi_conversations_select":
      return { type: element.type, selected_conversations: texts.map((text) => workspace.channel(text).id) };
    case "channels_select":
      return { type: element.type, selected_channel: first && workspace.channel(first).id };
    case "multi_channels_select":
      return { type: element.type, selected_channels: texts.map((text) => workspace.channel(text).id) };
    case "datepicker":
      return { type: element.type, selected_date: first };
    case "timepicker":
      return { type: element.type, selected_time: first };
    case "datetimepicker":
      return { type: element.type, selected_date_time: first === null ? null : Number(first) };
    case "file_input":
      return { type: element.type, files: uploaded };
    case "button":
    case "overflow":
      throw new Error(`A ${element.type} has no value. Click it instead.`);
  }
}

/** The options with these texts or values. If one is missing, throws an error with the offered ones. */
export function optionsNamed(offered: readonly Option[], names: readonly string[]): Option[] {
  return names.map((name) => {
    const option =
      offered.find(({ text }) => text.text === name) ?? offered.find((each) => each.value === name);
    if (option) return option;
    const there = offered.map(({ text }) => `"${text.text}"`).join(", ") || "none";
    throw new Error(`There is no option "${name}". The options are: ${there}.`);
  });
}

/** The searches that `input` means in an external menu. */
export function searchesOf(input: FieldInput): Search[] {
  if (typeof input === "object" && input !== null && "query" in input) return [input];
  return textsOf(input).map((text) => ({ query: text, pick: text }));
}

function textsOf(input: FieldInput): string[] {
  if (input === null) return [];
  if (typeof input === "string") return [input];
  if (typeof input === "number") return [String(input)];
  if ("file" in input) return [];
  return "query" in input ? (input.pick === null ? [] : [input.pick]) : [...input];
}

function assertAtMost(most: number | undefined, count: number): void {
  if (most !== undefined && count > most)
    throw new Error(`At most ${most} can be chosen here, not ${count}.`);
}

function richText(text: string) {
  return {
    type: "rich_text" as const,
    elements: [{ type: "rich_text_section" as const, elements: [{ type: "text" as const, text }] }],
  };
}
