import type { Block, InteractiveElement } from "../blocks/block-schemas.ts";
import type { Option } from "../blocks/composition-objects.ts";
import { placedElements } from "../blocks/placed-elements.ts";
import type { RichText } from "../blocks/rich-text.ts";

/** The value of one element, in the shape of `state.values` in Slack's payloads; an empty single choice is null. */
export type FieldValue =
  | {
      type: "plain_text_input" | "email_text_input" | "url_text_input" | "number_input";
      value: string | null;
    }
  | { type: "rich_text_input"; rich_text_value: RichText | null }
  | { type: "static_select" | "external_select" | "radio_buttons"; selected_option: Option | null }
  | { type: "multi_static_select" | "multi_external_select" | "checkboxes"; selected_options: Option[] }
  | { type: "users_select"; selected_user: string | null }
  | { type: "multi_users_select"; selected_users: string[] }
  | { type: "conversations_select"; selected_conversation: string | null }
  | { type: "multi_conversations_select"; selected_conversations: string[] }
  | { type: "channels_select"; selected_channel: string | null }
  | { type: "multi_channels_select"; selected_channels: string[] }
  | { type: "datepicker"; selected_date: string | null }
  | { type: "timepicker"; selected_time: string | null }
  | { type: "datetimepicker"; selected_date_time: number | null }
  | { type: "file_input"; files: Record<string, unknown>[] };

/** `state.values`: by block_id, then action_id. */
export type FormValues = Record<string, Record<string, FieldValue>>;

/**
 * The first values of shown `blocks`. An element keeps its value in `kept` if block_id, action_id and type match, as
 * after `views.update`. Otherwise it has its initial value.
 */
export function formValues(
  blocks: readonly Block[],
  options: { kept?: FormValues; currentConversation?: string | undefined } = {},
): FormValues {
  const values: FormValues = {};
  for (const { blockId, actionId, element } of placedElements(blocks)) {
    const initial = initialValue(element, options.currentConversation);
    if (!initial) continue;
    const before = options.kept?.[blockId]?.[actionId];
    const block = values[blockId] ?? {};
    block[actionId] = before?.type === initial.type ? before : initial;
    values[blockId] = block;
  }
  return values;
}

/** Whether an element is empty. */
export function isEmptyValue(value: FieldValue | undefined): boolean {
  if (!value) return true;
  return Object.entries(value).every(
    ([name, held]) =>
      name === "type" || held === null || held === "" || (Array.isArray(held) && held.length === 0),
  );
}

/** The initial value of an element; undefined for buttons and overflow menus. */
function initialValue(element: InteractiveElement, currentConversation?: string): FieldValue | undefined {
  switch (element.type) {
    case "button":
    case "overflow":
      return undefined;
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return { type: element.type, value: element.initial_value || null };
    case "rich_text_input":
      return { type: element.type, rich_text_value: element.initial_value ?? null };
    case "static_select":
    case "external_select":
    case "radio_buttons":
      return { type: element.type, selected_option: element.initial_option ?? null };
    case "multi_static_select":
    case "multi_external_select":
    case "checkboxes":
      return { type: element.type, selected_options: element.initial_options ?? [] };
    case "users_select":
      return { type: element.type, selected_user: element.initial_user ?? null };
    case "multi_users_select":
      return { type: element.type, selected_users: element.initial_users ?? [] };
    case "conversations_select": {
      const current = element.default_to_current_conversation ? currentConversation : undefined;
      return { type: element.type, selected_conversation: element.initial_conversation ?? current ?? null };
    }
    case "multi_conversations_select": {
      const current =
        element.default_to_current_conversation && currentConversation ? [currentConversation] : [];
      return { type: element.type, selected_conversations: element.initial_conversations ?? current };
    }
    case "channels_select":
      return { type: element.type, selected_channel: element.initial_channel ?? null };
    case "multi_channels_select":
      return { type: element.type, selected_channels: element.initial_channels ?? [] };
    case "datepicker":
      return { type: element.type, selected_date: element.initial_date ?? null };
    case "timepicker":
      return { type: element.type, selected_time: element.initial_time ?? null };
    case "datetimepicker":
      return { type: element.type, selected_date_time: element.initial_date_time ?? null };
    case "file_input":
      return { type: element.type, files: [] };
  }
}
