import { describe, expect, test } from "vitest";
import { IncydrError, type IncydrErrorCode, type Sent } from "../../../src/incydr/index.ts";
import { userFaultText } from "../../../src/slack/texts/subject-faults.ts";
import { type ReadFault, readEach } from "../../../src/subjects/read-each.ts";

const failure = (code: IncydrErrorCode, status: number | null, sent: Sent = "yes") =>
  new IncydrError(code, `${code} ${status}`, { sent, status });
const users = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);

/** The sentence of a fault. */
const told = (read: object | undefined) =>
  read && "fault" in read && userFaultText((read as ReadFault).fault);

/** Reads 50 users, of whom those in `odd` fail with the error each time. */
async function readAll(odd: readonly string[], error: unknown) {
  const readings: string[] = [];
  const read = await readEach(users(50), async (user) => {
    readings.push(user);
    if (odd.includes(user)) throw error;
    return { user };
  });
  return { read, readings };
}

describe("an error about one user is a fault of that user, and the others are read", () => {
  test.each([
    [
      failure("unavailable", 500),
      2,
      "Incydr answered with an error about this user (HTTP 500). Try again later.",
    ],
    [
      failure("unavailable", 503),
      1,
      "Incydr answered with an error about this user (HTTP 503). Try again later.",
    ],
    [failure("unexpected_answer", 200), 2, "Incydr's answer about this user could not be understood."],
    [
      failure("timed_out", null, "unknown"),
      1,
      "Incydr did not answer about this user in time. Try again later.",
    ],
    [failure("forbidden", 403), 1, "The bot's API client can't read this user. Ask an administrator."],
    [failure("invalid", 400), 1, "Incydr refuses to look up this user."],
    [failure("not_found", 404), 1, "Incydr no longer has this user."],
  ])("%s", async (error, times, fault) => {
    const { read, readings } = await readAll(["user7", "user30"], error);
    expect(read.size).toBe(50);
    expect(told(read.get("user7"))).toBe(fault);
    expect(read.get("user8")).toEqual({ user: "user8" });
    expect(readings.filter((user) => user === "user7")).toHaveLength(times);
  });
});

test("users whom Incydr refuses to look up are faults however many they are, and the others are read", async () => {
  const refused = users(40).slice(0, 39);
  const { read } = await readAll(refused, failure("invalid", 400));
  expect(told(read.get("user38"))).toBe("Incydr refuses to look up this user.");
  expect(read.get("user39")).toEqual({ user: "user39" });
  const all = await readAll(users(50), failure("not_found", 404));
  expect([...all.read.values()].map(told)).toEqual(users(50).map(() => "Incydr no longer has this user."));
});

describe("an error about the whole client ends the reading", () => {
  test.each([
    failure("unavailable", null, "no"),
    failure("rate_limited", 429),
    failure("unauthorized", 401),
    failure("aborted", null, "no"),
    failure("timed_out", null, "no"),
    new TypeError("a fault of this program"),
  ])("%s", async (error) => {
    await expect(readAll(["user7"], error)).rejects.toBe(error);
  });

  test("so do many failures in a row, after few requests", async () => {
    const error = failure("unavailable", 503);
    let readings = 0;
    const reading = readEach(users(1_000), async (user) => {
      readings += 1;
      if (user === "user0") return user;
      throw error;
    });
    await expect(reading).rejects.toBe(error);
    expect(readings).toBeLessThan(60);
  });

  test("so do failures without one answer", async () => {
    const error = failure("unavailable", 500);
    await expect(readEach(users(2), () => Promise.reject(error))).rejects.toBe(error);
  });
});

test("nobody is read for an empty list", async () => {
  expect((await readEach([], () => Promise.reject(new Error("not called")))).size).toBe(0);
});
