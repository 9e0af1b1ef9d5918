/** A text that Slack shows, and whether Slack reads it as markup. */
export interface ShownText {
  readonly type: string;
  readonly text: string;
}

/** Every text object and text element in blocks, however deep. */
export function textsIn(value: unknown): ShownText[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(textsIn);
  if ("type" in value && "text" in value && typeof value.text === "string")
    return [{ type: String(value.type), text: value.text }, ...inner];
  return inner;
}

/** The text of blocks, without the names of mentioned people. */
export function readable(blocks: unknown): string {
  return textsIn(blocks)
    .map(({ text }) => text)
    .join("");
}

/** The signs after which a client may begin another line. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** The lines of a message or a view as a person sees them, without the lines of quotations. */
export function linesOutsideQuotations(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linesOutsideQuotations);
  if (typeof value !== "object" || value === null) return [];
  const { type, text, elements } = value as { type?: unknown; text?: unknown; elements?: unknown }; // any block
  if (type === "rich_text_quote") return [];
  if (type === "rich_text_section") return readable(elements).split(LINE_BREAK);
  const own = typeof text === "string" ? text.split(LINE_BREAK) : [];
  return [...own, ...Object.values(value).flatMap(linesOutsideQuotations)];
}
