import { expect, it } from "vitest";
import { retryStart } from "../../../src/app/create-app.ts";

const away = new Error("away");
const service = { [Symbol.asyncDispose]: async () => {} };

/** Starts with the results of the list; `pauses` collects the pauses between them, in milliseconds. */
function rig(outcomes: readonly (Error | typeof service)[]) {
  const left = [...outcomes];
  const pauses: number[] = [];
  const stopping = new AbortController();
  const options = {
    start: async () => {
      const outcome = left.shift();
      if (!outcome) stopping.abort(new Error("no more starts were expected"));
      if (!outcome || outcome instanceof Error) throw outcome ?? away;
      return outcome;
    },
    isOutage: (error: unknown) => error instanceof Error && error.message === "away",
    sleep: async (ms: number) => void pauses.push(ms),
    signal: stopping.signal,
  };
  return { options, pauses, stopping };
}

it("starts again after each outage, with pauses that grow to five seconds", async () => {
  const { options, pauses } = rig([away, away, away, away, away, away, away, service]);
  expect(await retryStart(options)).toBe(service);
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
});

it("gives up at once after an error that is no outage", async () => {
  const { options, pauses } = rig([away, new Error("broken policies")]);
  await expect(retryStart(options)).rejects.toThrow("broken policies");
  expect(pauses).toEqual([250]);
});

it("closes a service whose start ended after the stop was asked for", async () => {
  let closed = 0;
  const { options, stopping } = rig([]);
  const start = async () => {
    stopping.abort(new Error("stopping"));
    return {
      async [Symbol.asyncDispose]() {
        closed += 1;
      },
    };
  };
  await expect(retryStart({ ...options, start })).rejects.toThrow("stopping");
  expect(closed).toBe(1);
});

it("starts nothing once it is stopped", async () => {
  const { options, stopping } = rig([]);
  stopping.abort(new Error("stopping"));
  let starts = 0;
  const start = async () => {
    starts += 1;
    return service;
  };
  await expect(retryStart({ ...options, start })).rejects.toThrow("stopping");
  expect(starts).toBe(0);
});
