import type { RichText, RichTextInline } from "../blocks/rich-text.ts";
import type { Reader } from "./reader.ts";
import { formatSlackDate } from "./slack-date.ts";

/** The visible text of a `rich_text` block. Its text is not parsed as markup. */
export function renderRichText(block: RichText, reader: Reader): string {
  const parts = block.elements.map((part) => renderPart(part, reader));
  return parts.join("\n").trimEnd();
}

function renderPart(part: RichText["elements"][number], reader: Reader): string {
  switch (part.type) {
    case "rich_text_section":
    case "rich_text_preformatted":
      return line(part.elements, reader);
    case "rich_text_quote":
      return line(part.elements, reader).replaceAll(/^/gm, "▎");
    case "rich_text_list":
      return part.elements
        .map((item, index) => {
          const mark = part.style === "ordered" ? `${(part.offset ?? 0) + index + 1}.` : "•";
          return `${"  ".repeat(part.indent ?? 0)}${mark} ${line(item.elements, reader)}`;
        })
        .join("\n");
  }
}

function line(pieces: readonly RichTextInline[], reader: Reader): string {
  return pieces.map((piece) => inline(piece, reader)).join("");
}

function inline(piece: RichTextInline, reader: Reader): string {
  switch (piece.type) {
    case "text":
      return piece.text;
    case "link":
      return piece.text ?? piece.url;
    case "user":
      return reader.user(piece.user_id);
    case "usergroup":
      return reader.group(piece.usergroup_id);
    case "channel":
      return reader.channel(piece.channel_id);
    case "broadcast":
      return `@${piece.range}`;
    case "emoji":
      return `:${piece.name}:`;
    case "date":
      return formatSlackDate(piece.timestamp, piece.format);
  }
}
