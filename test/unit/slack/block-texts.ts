/** A text that Slack shows, and how it reads it. */
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

/** What blocks read like, without who is mentioned in them. */
export function readable(blocks: unknown): string {
  return textsIn(blocks)
    .map(({ text }) => text)
    .join("");
}
