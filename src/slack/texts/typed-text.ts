import { unescapeMrkdwn } from "./rich-text.ts";

/**
 * A command's text as it was typed: without the escaping and the links that Slack adds on the way in. Only
 * mentions of people keep their markup (`<@U…|name>`), because it holds their ids.
 */
export function readTypedText(text: string): string {
  return text
    .split(/(<[^<>]*>)/)
    .map((part) => {
      if (part.startsWith("<@")) return part;
      return unescapeMrkdwn(/^<[#!a-z]/i.test(part) ? shownByLink(part.slice(1, -1)) : part);
    })
    .join("");
}

/** Mentions read as names: for text that is only shown. */
export function withNames(text: string): string {
  return text.replace(/<@[A-Z0-9]+\|([^<>]+)>/g, "@$1");
}

/** The typed text of which Slack made a link: the label that Slack added, or else the address. */
function shownByLink(inside: string): string {
  const [target = "", ...rest] = inside.split("|");
  const label = rest.join("|");
  if (/^[#!]/.test(target)) return target.startsWith("#") && label ? `#${label}` : label || `<${inside}>`;
  // Slack's label is the end of its target; a “|” that was typed is a part of the address.
  return label !== "" && target.endsWith(label) ? label : inside;
}
