import { describe, expect, test } from "vitest";
import { IncydrError, type IncydrErrorCode, type Sent } from "../../../src/incydr/index.ts";
import { userFaultText } from "../../../src/slack/texts/subject-faults.ts";
import { readEach } from "../../../src/subjects/read-each.ts";

const failure = (code: IncydrErrorCode, status: number | null, sent: Sent = "yes") =>
  new IncydrError(code, `${code} ${status}`, { sent, status });

/** Reads users who are numbered from 0, of whom some fail each time. Gives each user, or the sentence of the fault. */
async function readUsers(count: number, isFailing: (user: number) => boolean, error: unknown) {
  const readings: number[] = [];
  const users = Array.from({ length: count }, (_, index) => index);
  const read = await readEach(users, async (user) => {
    readings.push(user);
    if (isFailing(user)) throw error;
    return user;
  });
  const found = users.map((user) => {
    const each = read.get(user);
    return typeof each === "object" ? userFaultText(each.fault) : each;
  });
  return { found, readings };
}

const answered = (status: number) =>
  `Incydr answered with an error about this user (HTTP ${status}). Try again later.`;

test.each([
  [failure("unavailable", 500), 2, answered(500)],
  [failure("unavailable", 503), 1, answered(503)],
  [failure("unexpected_answer", 200), 2, "Incydr's answer about this user could not be understood."],
  [
    failure("timed_out", null, "unknown"),
    1,
    "Incydr did not answer about this user in time. Try again later.",
  ],
  [failure("forbidden", 403), 1, "The bot's API client can't read this user. Ask an administrator."],
  [failure("invalid", 400), 1, "Incydr refuses to look up this user."],
  [failure("not_found", 404), 1, "Incydr no longer has this user."],
])(
  "an error about one user is that user's fault, and the others are read: %s",
  async (error, times, fault) => {
    const { found, readings } = await readUsers(50, (user) => user === 7 || user === 30, error);
    expect(found).toEqual(found.map((_, user) => (user === 7 || user === 30 ? fault : user)));
    expect(readings.filter((user) => user === 7)).toHaveLength(times);
  },
);

test.each([
  [failure("invalid", 400), "Incydr refuses to look up this user."],
  [failure("not_found", 404), "Incydr no longer has this user."],
])("users whom Incydr refuses to look up are faults, however many they are: %s", async (error, fault) => {
  expect((await readUsers(50, (user) => user < 39, error)).found.slice(38, 40)).toEqual([fault, 39]);
  expect((await readUsers(50, () => true, error)).found).toEqual(Array(50).fill(fault));
});

test.each([
  failure("unavailable", null, "no"),
  failure("rate_limited", 429),
  failure("unauthorized", 401),
  failure("aborted", null, "no"),
  failure("timed_out", null, "no"),
  new TypeError("a fault of this program"),
])("an error about the whole client ends the reading: %s", async (error) => {
  await expect(readUsers(50, (user) => user === 7, error)).rejects.toBe(error);
});

describe("users that can't be read are an outage", () => {
  const unavailable = failure("unavailable", 503);

  test("if they are twenty in a row, but not if they are nineteen", async () => {
    await expect(readUsers(50, (user) => user >= 5 && user < 25, unavailable)).rejects.toBe(unavailable);
    const { found } = await readUsers(50, (user) => user >= 5 && user < 24, unavailable);
    expect(found.filter((each) => typeof each === "number")).toHaveLength(31);
  });

  test("after few requests", async () => {
    let readings = 0;
    const isFailing = (user: number) => {
      readings += 1;
      return user > 0;
    };
    await expect(readUsers(1_000, isFailing, unavailable)).rejects.toBe(unavailable);
    expect(readings).toBeLessThan(60);
  });

  test("if Incydr answers about no user", async () => {
    const error = failure("unavailable", 500);
    await expect(readUsers(2, () => true, error)).rejects.toBe(error);
  });

  test("only if no user between them can be read", async () => {
    const { found } = await readUsers(50, (user) => user % 10 !== 9, unavailable);
    expect(found.filter((each) => typeof each === "number")).toEqual([9, 19, 29, 39, 49]);
  });
});

test("no user is read for an empty list", async () => {
  expect((await readUsers(0, () => true, new Error("not called"))).readings).toEqual([]);
});
