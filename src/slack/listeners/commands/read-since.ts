import { readLength } from "./read-length.ts";

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
