import { expect, it } from "vitest";
import { readSince } from "../../../../../src/slack/listeners/commands/read-times.ts";

it.each([
  ["12h", { hoursAgo: 12 }],
  ["7d", { hoursAgo: 168 }],
  ["2 weeks", { hoursAgo: 336 }],
  ["2026-11-01", { day: "2026-11-01" }],
])("%j is read as the start of a list", (text, since) => {
  expect(readSince(text)).toEqual({ text, ...since });
});

it.each(["", "yesterday", "permanent", "2026-02-31", "2026-13-01", "2026-11-01T00:00", "-7d", "0h"])(
  "%j is no start of a list",
  (text) => {
    expect(readSince(text)).toBe("unreadable");
  },
);
