import { MARKUP, type Markup, parseMarkup, unescapeEntities } from "./markup.ts";
import type { Reader } from "./reader.ts";
import { formatSlackDate } from "./slack-date.ts";

/** Bold, italic and strike. Their signs count only around whole words, and without a space on the inner side. */
const SIGNS = [
  /(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])/gu,
  /(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]*[^_\s])_(?![\p{L}\p{N}_])/gu,
  /(?<![\p{L}\p{N}~])~(?=[^\s~])([^~\n]*[^~\s])~(?![\p{L}\p{N}~])/gu,
];
/** The number of a rendered part. Private-use characters mark it, because nobody types them by accident. */
const HELD = /\uE000(\d+)\uE001/g;

/**
 * The visible text of mrkdwn. Markup becomes names and labels, and entities become characters. The signs of bold,
 * italic, strike and code are removed. A quoted line begins with `▎`. Emoji names stay.
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
  const withoutSigns = SIGNS.reduce((shown, sign) => shown.replaceAll(sign, "$1"), withoutQuotes);
  return release(unescapeEntities(withoutSigns));
}

/**
 * The visible text of a top-level text with `mrkdwn: false`. Signs stay, but markup and entities are rendered. Slack
 * does not document this case; this assumption hides less.
 */
export function renderUnformatted(text: string, reader: Reader): string {
  const [first = "", ...rest] = text.split(MARKUP);
  // `split` with one group alternates between texts and the insides of markup.
  const parts = rest.map((part, index) =>
    index % 2 === 0 ? renderMarkup(parseMarkup(part), reader) : unescapeEntities(part),
  );
  return [unescapeEntities(first), ...parts].join("");
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
