import type { Block, BlockElement, TableCell } from "../blocks/block-schemas.ts";
import type { TextObject } from "../blocks/text-objects.ts";
import type { FieldValue, FormValues } from "../state/form-values.ts";
import { renderMrkdwn } from "./mrkdwn.ts";
import type { Reader } from "./reader.ts";
import { renderRichText } from "./render-rich-text.ts";

/** The values of a view's or a message's elements that a person has filled in. */
export interface FilledIn {
  values?: FormValues;
  /** Messages next to inputs, by block_id. */
  errors?: Readonly<Record<string, string>>;
}

/** A text object as a person reads it. */
export function renderText(text: TextObject, reader: Reader): string {
  return text.type === "mrkdwn" ? renderMrkdwn(text.text, reader) : text.text;
}

/** The visible text of blocks, with at least one line for each. Buttons are in brackets; dividers are `———`. */
export function renderBlocks(blocks: readonly Block[], reader: Reader, filledIn: FilledIn = {}): string {
  return blocks
    .map((block) => renderBlock(block, reader, filledIn))
    .filter((text) => text !== "")
    .join("\n");
}

function renderBlock(block: Block, reader: Reader, { values = {}, errors = {} }: FilledIn): string {
  const text = (shown: TextObject) => renderText(shown, reader);
  const held = (element: BlockElement) =>
    "action_id" in element ? values[block.block_id ?? ""]?.[element.action_id ?? ""] : undefined;
  const show = (element: BlockElement) => renderElement(element, held(element), reader);
  switch (block.type) {
    case "header":
      return block.text.text;
    case "divider":
      return "———";
    case "section":
      return [
        ...(block.text ? [text(block.text)] : []),
        ...(block.fields ?? []).map(text),
        ...(block.accessory ? [show(block.accessory)] : []),
      ].join("\n");
    case "context":
      return block.elements
        .map((each) => (each.type === "image" ? `(${each.alt_text})` : text(each)))
        .join("  ");
    case "image":
      return `(${block.title?.text ?? block.alt_text})`;
    case "actions":
      return block.elements.map(show).join(" ");
    case "input": {
      const lines = [`${block.label.text}${block.optional ? " (optional)" : ""}: ${show(block.element)}`];
      if (block.hint) lines.push(`  ${block.hint.text}`);
      const error = errors[block.block_id ?? ""];
      if (error) lines.push(`  ! ${error}`);
      return lines.join("\n");
    }
    case "rich_text":
      return renderRichText(block, reader);
    case "markdown":
      return block.text;
    case "alert":
      return `(${block.level ?? "default"}) ${text(block.text)}`;
    case "card":
      return [block.title, block.subtitle, block.body]
        .flatMap((each) => (each ? [text(each)] : []))
        .concat(block.actions ? [block.actions.map(show).join(" ")] : [])
        .join("\n");
    case "table":
    case "data_table": {
      const rows = block.rows.map((row) => row.map((cell) => renderCell(cell, reader)).join(" | "));
      return (block.type === "data_table" ? [block.caption, ...rows] : rows).join("\n");
    }
  }
}

function renderCell(cell: TableCell, reader: Reader): string {
  return cell.type === "rich_text" ? renderRichText(cell, reader) : cell.text;
}

function renderElement(element: BlockElement, value: FieldValue | undefined, reader: Reader): string {
  switch (element.type) {
    case "button":
      return `[${element.text.text}]`;
    case "image":
      return `(${element.alt_text})`;
    case "overflow":
      return `[… ${element.options.map((option) => option.text.text).join(" / ")}]`;
    default:
      return `[${value ? renderValue(value, reader) : ""}]`;
  }
}

/** The visible text of an element's value; empty if nothing is chosen. */
export function renderValue(value: FieldValue, reader: Reader): string {
  if ("value" in value) return value.value ?? "";
  if ("rich_text_value" in value) {
    return value.rich_text_value ? renderRichText(value.rich_text_value, reader) : "";
  }
  if ("selected_option" in value) {
    return value.selected_option ? renderText(value.selected_option.text, reader) : "";
  }
  if ("selected_options" in value) {
    return value.selected_options.map((option) => renderText(option.text, reader)).join(", ");
  }
  if ("selected_user" in value) return value.selected_user ? reader.user(value.selected_user) : "";
  if ("selected_users" in value) return value.selected_users.map(reader.user).join(", ");
  if ("selected_conversation" in value) {
    return value.selected_conversation ? reader.channel(value.selected_conversation) : "";
  }
  if ("selected_conversations" in value) return value.selected_conversations.map(reader.channel).join(", ");
  if ("selected_channel" in value)
    return value.selected_channel ? reader.channel(value.selected_channel) : "";
  if ("selected_channels" in value) return value.selected_channels.map(reader.channel).join(", ");
  if ("selected_date" in value) return value.selected_date ?? "";
  if ("selected_time" in value) return value.selected_time ?? "";
  if ("selected_date_time" in value) {
    return value.selected_date_time === null ? "" : new Date(value.selected_date_time * 1000).toISOString();
  }
  return value.files.map(({ name }) => String(name)).join(", ");
}
