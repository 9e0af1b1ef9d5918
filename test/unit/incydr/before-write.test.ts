import { expect, test } from "vitest";
import { createLimiter, parseUserId, type SlotSource } from "../../../src/incydr/index.ts";
import { openSlot } from "../../../src/incydr/rate-limit/open-slot.ts";
import { createManualClock } from "./manual-clock.ts";
import { openClient, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");

/** Slots without a distance; `isVoid` says of the nth whether it was kept too long. */
function startSlots(isVoid: (nth: number) => boolean = () => false) {
  const events: string[] = [];
  let taken = 0;
  const slots: SlotSource = {
    requestsPerMinute: 60,
    next: async () => {
      taken += 1;
      const nth = taken;
      const { slot } = openSlot({ isVoid: () => isVoid(nth) });
      return {
        ...slot,
        started: () => void events.push(`${nth} started`),
        release: () => void events.push(`${nth} released`),
      };
    },
    close: async () => undefined,
  };
  return { events, limiter: createLimiter({ slots, clock: createManualClock() }) };
}

test("what is to be done before a write is done once it has its turn, before each sending and no reading", async () => {
  await using server = await startRecordingServer((_, nth) =>
    nth === 2 ? { status: 401 } : { json: { userId: someUser } },
  );
  const { events, limiter } = startSlots();
  await using client = openClient(server.url, { limiter });
  const beforeWrite = async () => void events.push("before");
  await client.users.getUser(someUser, { beforeWrite });
  await client.users.deactivate(someUser, { beforeWrite });
  expect(events).toEqual([
    "1 started",
    "2 started",
    "before",
    "3 started",
    "4 started",
    "before",
    "5 started",
  ]);
});

test("if it rejects, nothing is sent and the slot is given back", async () => {
  await using server = await startRecordingServer();
  const { events, limiter } = startSlots();
  await using client = openClient(server.url, { limiter });
  const beforeWrite = () => Promise.reject(new Error("frozen"));
  await expect(client.users.activate(someUser, { beforeWrite })).rejects.toMatchObject({
    code: "aborted",
    sent: "no",
    cause: { message: "frozen" },
  });
  expect(server.requests).toEqual([]);
  expect(events).toEqual(["1 started", "2 released"]);
});

test("if it hangs, the call ends at its deadline and the slot is given back", async () => {
  await using server = await startRecordingServer();
  const { events, limiter } = startSlots();
  await using client = openClient(server.url, { limiter });
  const beforeWrite = () => new Promise<void>(() => undefined);
  const call = client.users.activate(someUser, { beforeWrite, deadlineMs: 60 });
  await expect(call).rejects.toMatchObject({ code: "timed_out", sent: "no" });
  expect(server.requests).toEqual([]);
  expect(events).toEqual(["1 started", "2 released"]);
});

test("if it took too long for the slot, the write waits for another, and it is done again", async () => {
  await using server = await startRecordingServer();
  const { events, limiter } = startSlots((nth) => nth === 2);
  await using client = openClient(server.url, { limiter });
  await client.users.activate(someUser, { beforeWrite: async () => void events.push("before") });
  expect(events).toEqual(["1 started", "before", "2 released", "before", "3 started"]);
  expect(server.requests).toHaveLength(1);
});
