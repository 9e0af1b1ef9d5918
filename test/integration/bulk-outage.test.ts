import { describe, expect, test } from "vitest";
import { createExecutionSteps } from "../../src/change-requests/execution/execution-steps.ts";
import { createExecuteBulk } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { insertRequest, targetsOf } from "../support/stored-rows.ts";
import { useQueueStore } from "../support/use-store.ts";

const store = useQueueStore();

test("a bulk with an unknown outcome goes on with the targets that wait for Incydr", async () => {
  const steps = createExecutionSteps({ uow: store.uow, clock: systemClock });
  const id = await insertRequest(store, { state: "executing", targets: targetsOf("nadia", "ann") });
  const intent = { at: new Date(), deadlineAt: new Date(Date.now() + 20_000) };
  await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { state: "executing", intent, attempts: 1 }));
  const target = async (position: number) => {
    const request = await store.uow.run((tx) => tx.requests.getTarget(id, position));
    if (!request) throw new Error("It isn't stored.");
    return request;
  };
  await steps.settle(await target(0), "outcome_not_known", "No answer.");
  await steps.wait(await target(1), "incydr");
  const left = (await store.waiting()).filter(({ kind }) => kind === "settle" || kind === "execute_bulk");
  expect(left.map(({ kind }) => kind).sort()).toEqual(["execute_bulk", "settle"]);
});

describe("a fault of one target", () => {
  const OUTAGE = new Error("The database is away.");
  const POSITIONS = Array.from({ length: 12 }, (_, position) => position);
  const storeBulk = () => {
    const targets = targetsOf(...POSITIONS.map((position) => `user ${position}`));
    return insertRequest(store, { state: "executing", targets });
  };
  /** Executes a bulk whose targets fail as `fail` says; resolves to the positions that were tried. */
  async function execute(id: number, fail: (position: number) => Error | null) {
    const tried: number[] = [];
    const executeBulk = createExecuteBulk({
      executeTarget: async (_id, position) => {
        tried.push(position);
        const failure = fail(position);
        if (failure) throw failure;
      },
      uow: store.uow,
      bulkLock: { tryWithLock: async (_id, work) => work().then(() => true) },
      clock: systemClock,
      isOutage: (error) => error === OUTAGE,
    });
    const end = await executeBulk(id).catch((error: unknown) => error);
    return { tried: tried.sort((a, b) => a - b), end };
  }

  test("keeps no other from its turn, and fails the job at its end", async () => {
    const bug = new TypeError("bad data");
    const { tried, end } = await execute(await storeBulk(), (position) => (position === 0 ? bug : null));
    expect(tried).toEqual(POSITIONS);
    expect(end).toBe(bug);
  });

  test("doesn't hide an outage, by which the job isn't counted as failed", async () => {
    const { end } = await execute(await storeBulk(), (position) =>
      position === 0 ? new TypeError("bad data") : OUTAGE,
    );
    expect(end).toBe(OUTAGE);
  });
});
