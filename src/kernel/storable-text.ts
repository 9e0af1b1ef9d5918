// PostgreSQL refuses U+0000 in text, and U+0000 and unpaired surrogates in jsonb:
// https://www.postgresql.org/docs/current/datatype-json.html

const UNREADABLE = "\uFFFD";

/** Whether a text has neither U+0000 nor an unpaired surrogate. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** The text with U+FFFD for each U+0000 and each unpaired surrogate. */
export function storableText(text: string): string {
  return isStorable(text) ? text : text.toWellFormed().replaceAll("\0", UNREADABLE);
}

/** JSON for a jsonb column: every text and every name in it is storable. */
export function storableJson(value: object | null): string {
  const json = JSON.stringify(value);
  // JSON.stringify writes only these characters in these spellings, always in lower case.
  if (!json.includes("\\ud") && !json.includes("\\u0000")) return json;
  return json.replace(/\\(?:u[0-9a-f]{4}|.)/g, (spelling) =>
    spelling === "\\u0000" || spelling.startsWith("\\ud") ? UNREADABLE : spelling,
  );
}

/** The same value if all its texts are storable, else a copy with storable texts. */
export function storable<T extends object>(value: T): T {
  const json = storableJson(value);
  return json.includes(UNREADABLE) ? (JSON.parse(json) as T) : value; // the copy has the same members
}
