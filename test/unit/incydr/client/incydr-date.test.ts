import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parseIncydrDate } from "../../../../src/incydr/client/records.ts";

// The local time must not be UTC. Otherwise a date without a zone would be right by accident.
beforeAll(() => void vi.stubEnv("TZ", "America/New_York"));
afterAll(() => void vi.unstubAllEnvs());

test.each([
  ["2022-07-14T16:49:11.166000Z", "2022-07-14T16:49:11.166Z"],
  ["2022-07-14T16:49:11.166Z", "2022-07-14T16:49:11.166Z"],
  ["2022-07-14T16:49:11Z", "2022-07-14T16:49:11.000Z"],
  ["2022-07-14T18:49:11+02:00", "2022-07-14T16:49:11.000Z"],
  ["2022-07-14T18:49:11+0200", "2022-07-14T16:49:11.000Z"],
  ["2022-07-14T16:49:11.166000", "2022-07-14T16:49:11.166Z"],
  ["2022-07-14 16:49:11", "2022-07-14T16:49:11.000Z"],
  ["2022-07-14T16:49", "2022-07-14T16:49:00.000Z"],
  ["2022-07-14", "2022-07-14T00:00:00.000Z"],
])("the date %s is read, in UTC if it has no zone", (text, expected) => {
  expect(parseIncydrDate(text)?.toISOString()).toBe(expected);
});

test.each([
  "",
  "soon",
  "soon 5",
  "5",
  "-5",
  "2022-02-30T10:00:00Z",
  "2022-13-01",
  "2022-07-14T25:00:00Z",
  "14.07.2022",
  "July 14, 2022",
  "2022-07-14T16:49:11Z; DROP",
  1657817351166,
  null,
  undefined,
  {},
  [],
])("a value that is no date of the calendar is read as null: %j", (value) => {
  expect(parseIncydrDate(value)).toBeNull();
});
