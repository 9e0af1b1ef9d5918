// `2022-07-14T16:49:11.166000Z`, also with another offset, without one, or without a time.
const shape =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?([Zz]|[+-]\d{2}:?\d{2})?)?$/;

/** A date of an answer. Without an offset it is UTC. Null for anything that isn't a date of the calendar. */
export function parseIncydrDate(value: unknown): Date | null {
  const match = typeof value === "string" ? shape.exec(value.trim()) : null;
  const [, day, time = "00:00", offset = "Z"] = match ?? [];
  if (day === undefined || !isCalendarDay(day)) return null;
  const parsed = new Date(`${day}T${time}${withColon(offset.toUpperCase())}`);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}

// JavaScript reads 30 February as 2 March.
function isCalendarDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

function withColon(offset: string): string {
  return offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
}
