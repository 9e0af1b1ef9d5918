import { describe, expect, test } from "vitest";
import type { CallOptions, IncydrClientOptions, Lane } from "../../../src/incydr/index.ts";
import { createManualClock } from "./manual-clock.ts";
import { refusal, someUser, startIncydr } from "./recorded-incydr.ts";

describe("nothing is sent by a call", () => {
  test.each<[string, CallOptions]>([
    ["a priority that doesn't exist", JSON.parse('{"lane":"urgent"}')],
    ["a deadline of nothing", { deadlineMs: 0 }],
    ["a deadline before the start", { deadlineMs: -5 }],
    ["a deadline that is no number", { deadlineMs: Number.NaN }],
  ])("with %s", async (_, options) => {
    await using incydr = await startIncydr();
    const listing = incydr.users.iterAll({}, options)[Symbol.asyncIterator]();
    for (const call of [incydr.users.getUser(someUser, options), listing.next()])
      expect(await refusal(call)).toMatchObject({ code: "invalid", sent: "no" });
    expect(incydr.requests).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, JSON.parse('"5"')])(
    "with %s as the size or number of a page",
    async (wrong) => {
      await using incydr = await startIncydr();
      const { users } = incydr;
      for (const call of [
        users.getPage({ pageSize: wrong }),
        users.getPage({ pageNum: wrong }),
        users.getDevices(someUser, { pageSize: wrong }),
        users.getDevices(someUser, { pageNum: wrong }),
        users.iterAll({ pageSize: wrong })[Symbol.asyncIterator]().next(),
      ]) {
        expect(await refusal(call)).toMatchObject({ code: "invalid", sent: "no" });
      }
      expect(incydr.requests).toEqual([]);
    },
  );

  test("with a blank username, which Incydr would read as every user, or an actor's name that is no text", async () => {
    await using incydr = await startIncydr();
    const { users, actors } = incydr;
    for (const call of [
      users.getPage({ username: "" }),
      users.iterAll({ username: "\t\n" })[Symbol.asyncIterator]().next(),
      actors.byName(JSON.parse("null")),
    ]) {
      expect(await refusal(call)).toMatchObject({ code: "invalid", sent: "no" });
    }
    expect(incydr.requests).toEqual([]);
  });
});

describe("a listing", () => {
  /** A tenant of forty pages of one user. */
  const startPages = (options?: Partial<IncydrClientOptions>) =>
    startIncydr(({ target }) => {
      const page = new URL(target, "http://incydr.example").searchParams.get("page");
      return { json: { users: [{ userId: `u${page}` }], totalCount: 40 } };
    }, options);

  test("has one deadline from its first user to its last", async () => {
    const clock = createManualClock();
    await using incydr = await startPages({ clock });
    const reading = incydr.users.iterAll({ pageSize: 1 }, { deadlineMs: 1000 })[Symbol.asyncIterator]();
    await reading.next();
    await clock.advance(999);
    await reading.next();
    await clock.advance(1);
    expect(await refusal(reading.next())).toMatchObject({ code: "timed_out" });
  });

  test("ends at once if its caller gives it up, also within a page", async () => {
    const users = Array.from({ length: 40 }, (_, index) => ({ userId: `u${index}` }));
    await using incydr = await startIncydr(() => ({ json: { users, totalCount: 40 } }));
    const giveUp = new AbortController();
    const found: string[] = [];
    const listing = (async () => {
      for await (const { userId } of incydr.users.iterAll({}, { signal: giveUp.signal })) {
        found.push(userId);
        if (found.length === 5) giveUp.abort();
      }
    })();
    expect(await refusal(listing)).toMatchObject({ code: "aborted" });
    expect(found).toHaveLength(5);
  });
});

test("a listing has the priority of a bulk unless its caller names another, and a look-up of roles, for which an emergency may wait, that of an emergency", async () => {
  const lanes = new Set<string>();
  const hooks = {
    onRequest: ({ path, lane }: { path: string; lane: Lane }) => void lanes.add(`${path} ${lane}`),
  };
  await using incydr = await startIncydr(
    ({ target }) => ({ json: target === "/v1/users/roles" ? [] : { users: [] } }),
    { hooks },
  );
  for await (const _ of incydr.users.iterAll());
  for await (const _ of incydr.users.iterAll({}, { lane: "background" }));
  await refusal(incydr.users.getRole("The alerts", { lane: "bulk" }));
  expect([...lanes]).toEqual([
    "/v1/oauth emergency",
    "/v1/users bulk",
    "/v1/users background",
    "/v1/users/roles emergency",
  ]);
});
