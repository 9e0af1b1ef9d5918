import type { KnownBlock, RichTextBlock, RichTextElement, TableBlock } from "@slack/types";
import type { Message } from "../texts/message.ts";

/** Slack's limit for the text of a section: https://docs.slack.dev/reference/block-kit/blocks/section-block */
const LONGEST_SECTION = 3_000;

const LOST_CONTROLS = "Some buttons or menus of this answer could not be shown.";

/**
 * Simpler forms of a message, for a Slack that refuses one of its blocks: its texts in sections of plain text, first with
 * its buttons, then without. Each cell of a table becomes a line with the header of its column. Menus beside a text are
 * left out.
 */
export function plainForms({ text, blocks }: Message): Message[] {
  const shown = blocks.map((block) => linesOf(block).join("\n")).filter((part) => part.trim() !== "");
  const sections = piecesOf(shown.join("\n\n")).map(plainSection);
  if (sections.length === 0) return [];
  const buttons = blocks.filter(({ type }) => type === "actions");
  const lostMenus = blocks.some((block) => "accessory" in block) ? [plainSection(LOST_CONTROLS)] : [];
  if (buttons.length === 0) return [{ text, blocks: [...sections, ...lostMenus] }];
  return [
    { text, blocks: [...sections, ...lostMenus, ...buttons] },
    { text, blocks: [...sections, plainSection(LOST_CONTROLS)] },
  ];
}

function plainSection(text: string): KnownBlock {
  return { type: "section", text: { type: "plain_text", text, emoji: false } };
}

function linesOf(block: KnownBlock): string[] {
  switch (block.type) {
    case "rich_text":
      return richLines(block);
    case "table":
      return tableLines(block);
    case "header":
      return [block.text.text];
    case "section":
      return [block.text, ...(block.fields ?? [])].flatMap((part) => (part ? [part.text] : []));
    case "context":
      return block.elements.flatMap((part) => ("text" in part ? [part.text] : []));
    default:
      return [];
  }
}

function richLines({ elements }: RichTextBlock): string[] {
  return elements.flatMap((part): string[] => {
    switch (part.type) {
      case "rich_text_list":
        return part.elements.map((item) => `• ${item.elements.map(inlineText).join("")}`);
      case "rich_text_quote":
        return part.elements
          .map(inlineText)
          .join("")
          .split("\n")
          .map((line) => `> ${line}`);
      default:
        return part.elements.map(inlineText).join("").split("\n");
    }
  });
}

function inlineText(element: RichTextElement): string {
  switch (element.type) {
    case "text":
      return element.text;
    case "link":
      return `${element.text ?? ""} ${element.url}`.trim();
    case "user":
      return `@${element.user_id}`;
    case "channel":
      return `#${element.channel_id}`;
    case "usergroup":
      return `@${element.usergroup_id}`;
    case "date":
      return element.fallback ?? "";
    default:
      return "";
  }
}

/** The rows of a table, with a blank line between them. No cell has a line break, so no cell looks like another one. */
function tableLines({ rows: [headers = [], ...rows] }: TableBlock): string[] {
  return rows.flatMap((row, index) => [
    ...(index > 0 ? [""] : []),
    ...row.map((cell, column) => `${cellText(headers[column])}: ${cellText(cell)}`),
  ]);
}

function cellText(cell: TableBlock["rows"][number][number] | undefined): string {
  if (cell === undefined) return "";
  return cell.type === "rich_text" ? richLines(cell).join(" ") : String("text" in cell ? cell.text : "");
}

/** A text in pieces that each fit into a section, cut at the ends of lines if possible. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > LONGEST_SECTION) {
    const lineEnd = rest.lastIndexOf("\n", LONGEST_SECTION);
    const most = rest.slice(0, LONGEST_SECTION).isWellFormed() ? LONGEST_SECTION : LONGEST_SECTION - 1;
    const end = lineEnd > 0 ? lineEnd : most;
    pieces.push(rest.slice(0, end));
    rest = lineEnd > 0 ? rest.slice(end + 1) : rest.slice(end);
  }
  return [...pieces, rest].filter((piece) => piece.trim() !== "");
}
