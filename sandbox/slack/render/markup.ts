/** The meaning of the text between `<` and `>` in mrkdwn. */
export type Markup =
  | { kind: "user" | "group"; id: string }
  | { kind: "channel"; id: string }
  | { kind: "broadcast"; range: "here" | "channel" | "everyone" }
  | { kind: "date"; timestamp: number; format: string; fallback: string }
  | { kind: "link"; url: string; label: string };

/** A part of mrkdwn that Slack parses: `<…>` without a line break. */
export const MARKUP = /<([^<>\n]*)>/g;

const BROADCASTS = ["here", "channel", "everyone"] as const;

/** Reads the inside of one `<…>`. */
export function parseMarkup(inside: string): Markup {
  const [target = "", ...labels] = inside.split("|");
  const label = labels.join("|");
  const user = /^@([UW][A-Z0-9]+)$/.exec(target)?.[1];
  if (user) return { kind: "user", id: user };
  const channel = /^#(C[A-Z0-9]+)$/.exec(target)?.[1];
  if (channel) return { kind: "channel", id: channel };
  const group = /^!subteam\^(S[A-Z0-9]+)$/.exec(target)?.[1];
  if (group) return { kind: "group", id: group };
  const range = BROADCASTS.find((name) => target === `!${name}` || target === `!${name}^`);
  if (range) return { kind: "broadcast", range };
  const date = /^!date\^(\d+)\^([^^]+)/.exec(target);
  if (date?.[1] && date[2]) {
    return { kind: "date", timestamp: Number(date[1]), format: date[2], fallback: label };
  }
  return { kind: "link", url: target, label: label || target };
}

/** All markup of a mrkdwn text, in order. */
export function markupIn(text: string): Markup[] {
  return [...text.matchAll(MARKUP)].map((match) => parseMarkup(match[1] ?? ""));
}

/** Replaces `&lt;`, `&gt;` and `&amp;` by their characters. */
export function unescapeEntities(text: string): string {
  const characters: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
  return text.replaceAll(/&(?:lt|gt|amp);/g, (entity) => characters[entity] ?? entity);
}

/** Escapes a person's text, as Slack does before it sends the text to an app. */
export function escapeEntities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
