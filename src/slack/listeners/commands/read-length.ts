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
