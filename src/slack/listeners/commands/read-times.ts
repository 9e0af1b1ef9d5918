const HOURS_OF_UNIT: ReadonlyMap<string, number> = new Map([
  ["m", 1 / 60],
  ["h", 1],
  ["d", 24],
  ["w", 168],
]);

/**
 * Reads a length such as `30m`, `8h`, `3 days` or `permanent`. Returns hours, or `null` for permanent. Whether the form
 * offers this length is checked later.
 */
export function readLength(text: string): number | null | "unreadable" {
  const typed = text.trim().toLowerCase();
  if (/^(?:permanent|permanently|forever|ever)$/.test(typed)) return null;
  const [, amount, unit = ""] =
    /^(\d{1,4}) ?(m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)$/.exec(typed) ?? [];
  const hours = Number(amount) * (HOURS_OF_UNIT.get(unit.charAt(0)) ?? Number.NaN);
  return hours > 0 ? hours : "unreadable";
}

/** The start of a list: a time ago in hours, or the beginning of a day in UTC. `text` is as it was typed. */
export type Since = { readonly text: string } & ({ readonly hoursAgo: number } | { readonly day: string });

/** Reads `7d`, `12h` or `2026-11-01`. */
export function readSince(text: string): Since | "unreadable" {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  // 31 February becomes 3 March otherwise.
  if (day?.toString() !== "Invalid Date" && day?.toISOString().startsWith(text)) return { text, day: text };
  const hoursAgo = readLength(text);
  return typeof hoursAgo === "number" ? { text, hoursAgo } : "unreadable";
}
