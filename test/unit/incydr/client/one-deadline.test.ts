import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withinOneDeadline } from "../../../../src/incydr/client/one-deadline.ts";
import { createCallRunner } from "../../../../src/incydr/http/call-runner.ts";
import {
  type CallOptions,
  findUserByUsername,
  listDevices,
  listUsers,
  type UsersReader,
} from "../../../../src/incydr/index.ts";
import type { Clock } from "../../../../src/kernel/clock.ts";
import { someUser } from "../recorded-incydr.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/**
 * Lists of users and devices that have no last page, with 30 s for each page; `asked` has the options of each request.
 */
function startEndless() {
  const asked: (CallOptions | undefined)[] = [];
  const next = (options: CallOptions | undefined) => {
    asked.push(options);
    if (asked.length > 20) throw new Error("it doesn't end");
    vi.advanceTimersByTime(30_000);
    return Array.from({ length: 100 }, (_, n) => `${asked.length}-${n}`);
  };
  const page = { totalCount: null, skipped: 0 };
  const users: Pick<UsersReader, "getPage" | "getDevices"> = {
    getPage: async (_query, options) =>
      ({ ...page, users: next(options).map((id) => ({ userId: id, username: id })) }) as never, // bare ids
    getDevices: async (_user, _query, options) =>
      ({ ...page, devices: next(options).map((deviceId) => ({ deviceId })) }) as never, // bare ids
  };
  return { users, asked };
}

type Users = ReturnType<typeof startEndless>["users"];
test.each<[string, (users: Users, options?: CallOptions) => Promise<unknown>]>([
  ["a list of users", (users, options) => listUsers(users, {}, options)],
  ["a list of devices", (users, options) => listDevices(users, someUser, {}, options)],
  ["a look-up by username", (users, options) => findUserByUsername(users, "ann@x.example", options)],
])("all pages of %s share one deadline, also if the caller names none", async (_, list) => {
  const given = startEndless();
  const options = { lane: "bulk", deadlineMs: 100_000 } as const;
  await expect(list(given.users, options)).rejects.toMatchObject({ code: "timed_out" });
  expect(given.asked).toEqual(
    [100_000, 70_000, 40_000, 10_000].map((deadlineMs) => ({ lane: "bulk", deadlineMs })),
  );
  const byDefault = startEndless();
  await expect(list(byDefault.users)).rejects.toMatchObject({ code: "timed_out" });
  expect(byDefault.asked.map((given) => given?.deadlineMs)).toEqual([undefined, undefined]);
});

test.each([
  ["of the caller", { deadlineMs: 1000 }, 1000],
  ["of the priority", { lane: "change" } as const, 120_000],
  ["of the default priority", undefined, 60_000],
])("a call after the deadline %s is not made, and was provably not sent", (_whose, options, limitMs) => {
  const next = withinOneDeadline("list users", options);
  vi.advanceTimersByTime(limitMs - 1);
  expect(next).not.toThrow();
  vi.advanceTimersByTime(1);
  expect(next).toThrow(expect.objectContaining({ code: "timed_out", sent: "no" }));
});

test("no deadline sets a timer that is longer than a timer can be, which would end the call at once", async () => {
  const slept: number[] = [];
  const clock: Clock = {
    now: () => new Date(0),
    sleep: (ms) => {
      slept.push(ms);
      return new Promise(() => undefined);
    },
  };
  const run = createCallRunner({ clock, closing: new AbortController().signal });
  for (const deadlineMs of [Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 31 - 1, 5])
    await run({ deadlineMs }, async () => undefined);
  expect(slept).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 5]);
});
