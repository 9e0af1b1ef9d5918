import type { Block } from "../blocks/block-schemas.ts";
import type { RichText } from "../blocks/rich-text.ts";
import type { TextObject } from "../blocks/text-objects.ts";
import { type Markup, markupIn } from "./markup.ts";

/** A notification that a message sends through its markup. */
export interface Ping {
  kind: "user" | "group" | "broadcast";
  /** A user id, a group id, or `here`, `channel`, `everyone`. */
  target: string;
  channelId: string;
  ts: string;
}

/** The notifications of a message's text and blocks; `plain_text` in blocks sends none. */
export function pingsIn(content: {
  text: string;
  blocks: readonly Block[];
}): Pick<Ping, "kind" | "target">[] {
  const inText = markupIn(content.text).flatMap(pingOfMarkup);
  const inBlocks = content.blocks.flatMap((block) => [
    ...mrkdwnOf(block).flatMap((text) => markupIn(text).flatMap(pingOfMarkup)),
    ...(block.type === "rich_text" ? pingsInRichText(block) : []),
  ]);
  const all = [...inText, ...inBlocks];
  return all.filter(
    (ping, index) =>
      all.findIndex((other) => other.kind === ping.kind && other.target === ping.target) === index,
  );
}

function pingOfMarkup(markup: Markup): Pick<Ping, "kind" | "target">[] {
  switch (markup.kind) {
    case "user":
    case "group":
      return [{ kind: markup.kind, target: markup.id }];
    case "broadcast":
      return [{ kind: "broadcast", target: markup.range }];
    default:
      return [];
  }
}

function mrkdwnOf(block: Block): string[] {
  const texts: ({ type: string; text?: string } | TextObject | undefined)[] = [];
  if (block.type === "section") texts.push(block.text, ...(block.fields ?? []));
  else if (block.type === "context") texts.push(...block.elements.filter((each) => each.type !== "image"));
  else if (block.type === "alert") texts.push(block.text);
  else if (block.type === "card") texts.push(block.title, block.subtitle, block.body);
  return texts.flatMap((text) => (text?.type === "mrkdwn" && text.text ? [text.text] : []));
}

function pingsInRichText(block: RichText): Pick<Ping, "kind" | "target">[] {
  const inline = block.elements.flatMap((part) =>
    part.type === "rich_text_list" ? part.elements.flatMap((item) => item.elements) : part.elements,
  );
  return inline.flatMap((piece): Pick<Ping, "kind" | "target">[] => {
    if (piece.type === "user") return [{ kind: "user", target: piece.user_id }];
    if (piece.type === "usergroup") return [{ kind: "group", target: piece.usergroup_id }];
    if (piece.type === "broadcast") return [{ kind: "broadcast", target: piece.range }];
    return [];
  });
}
