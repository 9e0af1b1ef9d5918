import { MARKUP, type Markup, parseMarkup, unescapeEntities } from "./markup.ts";
import type { Reader } from "./reader.ts";
import { formatSlackDate } from "./slack-date.ts";

const HELD = /\uE000(\d+)\uE001/g;

/**
 * What a person reads where Slack renders `text` as mrkdwn: markup becomes names and labels, entities become
 * characters, the signs of bold, italic, strike and code vanish, a quoted line begins with `▎`. Emoji names
 * stay as they are written.
 */
export function renderMrkdwn(text: string, reader: Reader): string {
  const held: string[] = [];
  const hold = (shown: string) => `\uE000${held.push(shown) - 1}\uE001`;
  const release = (shown: string): string => {
    const released = shown.replaceAll(HELD, (_, index: string) => held[Number(index)] ?? "");
    return released === shown ? shown : release(released);
  };
  const withoutMarkup = text.replaceAll(MARKUP, (_, inside: string) =>
    hold(renderMarkup(parseMarkup(inside), reader)),
  );
  const withoutCode = withoutMarkup
    .replaceAll(/```\n?([\s\S]+?)\n?```/g, (_, code: string) => hold(unescapeEntities(code)))
    .replaceAll(/`([^`\n]+)`/g, (_, code: string) => hold(unescapeEntities(code)));
  const withoutQuotes = withoutCode.replaceAll(/^(?:&gt;|>) ?/gm, "▎");
  return release(unescapeEntities(["*", "_", "~"].reduce(withoutSign, withoutQuotes)));
}

/** A `mrkdwn` sign formats only around words: not inside one, not next to a space on its inner side. */
function withoutSign(text: string, sign: string): string {
  const s = `\\${sign}`;
  const pair = new RegExp(
    `(?<![\\p{L}\\p{N}${s}])${s}(?=[^\\s${s}])([^${s}\\n]*[^${s}\\s])${s}(?![\\p{L}\\p{N}${s}])`,
    "gu",
  );
  return text.replaceAll(pair, "$1");
}

function renderMarkup(markup: Markup, reader: Reader): string {
  switch (markup.kind) {
    case "user":
      return reader.user(markup.id);
    case "group":
      return reader.group(markup.id);
    case "channel":
      return reader.channel(markup.id);
    case "broadcast":
      return `@${markup.range}`;
    case "date":
      return formatSlackDate(markup.timestamp, markup.format);
    case "link":
      return unescapeEntities(markup.label);
  }
}
