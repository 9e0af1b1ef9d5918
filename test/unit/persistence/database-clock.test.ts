import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createDatabaseClock, keepMeasuring } from "../../../src/persistence/index.ts";
import { createManualClock, settled } from "../incydr/manual-clock.ts";

const AT = Date.UTC(2026, 10, 1, 10);

/** A database and a machine whose clocks differ, on one monotonic time. */
function open({ machineOffMs = 0, thereMs = 1, backMs = 1 } = {}) {
  const state = { passedMs: 0, machineOffMs, databaseOffMs: 0, thereMs, backMs, isAway: false };
  const databaseMs = () => AT + state.passedMs + state.databaseOffMs;
  const clock = createDatabaseClock({
    async readInstantMs() {
      if (state.isAway) throw new Error("The database is away.");
      state.passedMs += state.thereMs;
      const ms = databaseMs();
      state.passedMs += state.backMs;
      return ms;
    },
    machine: { now: () => new Date(AT + state.passedMs + state.machineOffMs), sleep: async () => {} },
    monotonicMs: () => state.passedMs,
  });
  return { clock, state, aheadOfDatabaseMs: () => clock.now().getTime() - databaseMs() };
}

describe.each([-600_000, 600_000])("a replica whose machine clock is %i ms off", (machineOffMs) => {
  it("shows the database's time, and reports its offset", async () => {
    const { clock, aheadOfDatabaseMs } = open({ machineOffMs });
    expect(clock.offsetMs()).toBeNull();
    await clock.measure();
    expect(Math.abs(aheadOfDatabaseMs())).toBeLessThanOrEqual(2);
    expect(Math.abs((clock.offsetMs() ?? 0) - machineOffMs)).toBeLessThanOrEqual(2);
  });

  it.each([-3_600_000, 3_600_000])(
    "shows the database's time after that clock is set by %i ms",
    async (jumpMs) => {
      const { clock, state, aheadOfDatabaseMs } = open({ machineOffMs });
      await clock.measure();
      state.machineOffMs += jumpMs;
      state.passedMs += 4_000;
      // Between two measurements, and after the next.
      for (let count = 0; count < 2; count += 1) {
        expect(Math.abs(aheadOfDatabaseMs())).toBeLessThanOrEqual(5);
        expect(Math.abs((clock.offsetMs() ?? 0) - state.machineOffMs)).toBeLessThanOrEqual(5);
        await clock.measure();
      }
    },
  );

  it("shows the database's time while the database is away, by the last measurement", async () => {
    const { clock, state, aheadOfDatabaseMs } = open({ machineOffMs });
    await clock.measure();
    state.isAway = true;
    state.passedMs += 600_000;
    await expect(clock.measure()).rejects.toThrow("away");
    expect(aheadOfDatabaseMs()).toBeLessThanOrEqual(0);
    expect(aheadOfDatabaseMs()).toBeGreaterThan(-1_000);
  });
});

it("the clock shows the machine's time before the first measurement", () => {
  const { clock } = open({ machineOffMs: 600_000 });
  expect(clock.now()).toEqual(new Date(AT + 600_000));
});

test("the clock is never ahead of the database's, and behind it by a round trip at most", async () => {
  const roundTrip = fc.record({ thereMs: fc.nat(500), backMs: fc.nat(500), pauseMs: fc.nat(5_000) });
  await fc.assert(
    fc.asyncProperty(fc.array(roundTrip, { minLength: 1 }), async (roundTrips) => {
      const { clock, state, aheadOfDatabaseMs } = open({ machineOffMs: 600_000 });
      for (const { thereMs, backMs, pauseMs } of roundTrips) {
        Object.assign(state, { thereMs, backMs });
        await clock.measure();
        expect(aheadOfDatabaseMs()).toBeLessThanOrEqual(0);
        // A Date has whole milliseconds.
        expect(aheadOfDatabaseMs()).toBeGreaterThanOrEqual(-backMs - 1);
        state.passedMs += pauseMs;
        expect(aheadOfDatabaseMs()).toBeLessThanOrEqual(0);
      }
    }),
  );
});

it("the clock isn't set back by an answer that takes longer than the one before", async () => {
  const { clock, state, aheadOfDatabaseMs } = open();
  await clock.measure();
  state.backMs = 400;
  await clock.measure();
  expect(aheadOfDatabaseMs()).toBeGreaterThanOrEqual(-3);
});

it("the database's time is measured every second, which reports each result, and goes on after a failure and after silence", async () => {
  const machine = createManualClock(AT);
  const answers: (() => Promise<number>)[] = [
    async () => AT - 90_000,
    async () => {
      throw new Error("The database is away.");
    },
    () => new Promise(() => {}),
    async () => AT - 75_000,
  ];
  const clock = createDatabaseClock({
    readInstantMs: () => answers.shift()?.() ?? Promise.reject(new Error("It is asked a fifth time.")),
    machine,
    monotonicMs: () => machine.now().getTime(),
  });
  const heard: unknown[] = [];
  await using measuring = keepMeasuring({
    clock,
    onMeasured: (offsetMs) => void heard.push(Math.round(offsetMs / 1_000)),
    onFailed: (error) => void heard.push(String(error)),
  });
  expect(measuring).toBeDefined();
  await settled();
  await machine.advance(1_000);
  expect(heard).toEqual([91]);
  await machine.advance(1_000);
  expect(heard).toEqual([91, "Error: The database is away."]);
  await machine.advance(6_000);
  expect(heard.slice(2)).toEqual(["Error: The database did not return its time within 5000 ms."]);
  await machine.advance(1_000);
  expect(heard.slice(3)).toEqual([84]);
});

it("a measurement that is under way when the measuring ends reports nothing", async () => {
  const machine = createManualClock(AT);
  const readInstantMs = () => new Promise<number>(() => {});
  const heard: unknown[] = [];
  const measuring = keepMeasuring({
    clock: createDatabaseClock({ readInstantMs, machine, monotonicMs: () => machine.now().getTime() }),
    onMeasured: (offsetMs) => void heard.push(offsetMs),
    onFailed: (error) => void heard.push(error),
  });
  await settled();
  await machine.advance(2_000);
  await measuring[Symbol.asyncDispose]();
  expect(heard).toEqual([]);
});
