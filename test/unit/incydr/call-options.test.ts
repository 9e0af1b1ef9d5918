import { expect, test } from "vitest";
import type { CallOptions } from "../../../src/incydr/index.ts";
import { createManualClock } from "./manual-clock.ts";
import { refusal, someUser, startIncydr } from "./recorded-incydr.ts";
import { openClient, startRecordingServer } from "./recording-server.ts";

/** A set of forty pages of one user. */
function startPages() {
  return startRecordingServer(({ target }) => {
    const page = new URL(target, "http://incydr.example").searchParams.get("page");
    return { json: { users: [{ userId: `u${page}` }], totalCount: 40 } };
  });
}

test.each<[string, CallOptions]>([
  ["a priority that doesn't exist", JSON.parse('{"lane":"urgent"}')],
  ["a deadline of nothing", { deadlineMs: 0 }],
  ["a deadline before the start", { deadlineMs: -5 }],
  ["a deadline that is none", { deadlineMs: Number.NaN }],
])("%s is refused before anything is sent", async (_, options) => {
  await using incydr = await startIncydr();
  expect(await refusal(incydr.users.getUser(someUser, options))).toMatchObject({
    code: "invalid",
    sent: "no",
  });
  const reading = incydr.users.iterAll({}, options)[Symbol.asyncIterator]();
  expect(await refusal(reading.next())).toMatchObject({ code: "invalid", sent: "no" });
  expect(incydr.requests).toEqual([]);
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, JSON.parse('"5"')])(
  "%s as the size or number of a page is refused before anything is sent",
  async (wrong) => {
    await using incydr = await startIncydr();
    const { users } = incydr;
    for (const call of [
      () => users.getPage({ pageSize: wrong }),
      () => users.getPage({ pageNum: wrong }),
      () => users.getDevices(someUser, { pageSize: wrong }),
      () => users.getDevices(someUser, { pageNum: wrong }),
      () => users.iterAll({ pageSize: wrong })[Symbol.asyncIterator]().next(),
    ]) {
      expect(await refusal(call())).toMatchObject({ code: "invalid", sent: "no" });
    }
    expect(incydr.requests).toEqual([]);
  },
);

test("an actor's name that is no text is refused before anything is sent", async () => {
  await using incydr = await startIncydr();
  expect(await refusal(incydr.actors.byName(JSON.parse("null")))).toMatchObject({
    code: "invalid",
    sent: "no",
  });
  expect(incydr.requests).toEqual([]);
});

test("one request takes 30 seconds at most, unless the client says otherwise", async () => {
  const asked = Promise.withResolvers<void>();
  const clock = createManualClock();
  await using incydr = await startIncydr(
    () => {
      asked.resolve();
      return "hang";
    },
    { clock },
  );
  const call = refusal(incydr.users.deactivate(someUser, { repeatIfUnknown: false }));
  await asked.promise;
  expect(clock.sleeping()).toContain(30_000);
  await clock.advance(30_000);
  expect(await call).toMatchObject({ code: "outcome_unknown", cause: { code: "timed_out" } });
});

test("a listing has one deadline from its first user to its last", async () => {
  await using server = await startPages();
  const clock = createManualClock();
  await using client = openClient(server.url, { clock });
  const reading = client.users.iterAll({ pageSize: 1 }, { deadlineMs: 1000 })[Symbol.asyncIterator]();
  await reading.next();
  await clock.advance(999);
  await reading.next();
  await clock.advance(1);
  expect(await refusal(reading.next())).toMatchObject({ code: "timed_out" });
});

test("a listing ends at once when its caller gives it up, whatever has been fetched", async () => {
  await using server = await startPages();
  await using client = openClient(server.url);
  const giveUp = new AbortController();
  const found: string[] = [];
  const listing = (async () => {
    for await (const { userId } of client.users.iterAll({ pageSize: 1 }, { signal: giveUp.signal })) {
      found.push(userId);
      if (found.length === 5) giveUp.abort();
    }
  })();
  expect(await refusal(listing)).toMatchObject({ code: "aborted" });
  expect(found).toHaveLength(5);
});

test("a listing waits with the priority of a bulk unless its caller names another", async () => {
  await using server = await startPages();
  const lanes = new Set<string>();
  const hooks = {
    onRequest: ({ path, lane }: { path: string; lane: string }) => void lanes.add(`${path} ${lane}`),
  };
  await using client = openClient(server.url, { hooks });
  for await (const _ of client.users.iterAll());
  for await (const _ of client.users.iterAll({}, { lane: "background" }));
  expect([...lanes]).toEqual(["/v1/oauth emergency", "/v1/users bulk", "/v1/users background"]);
});
