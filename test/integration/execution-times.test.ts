import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/kernel/clock.ts";
import { useExecutionBench } from "../support/execution-bench.ts";
import { targetsOf } from "../support/stored-rows.ts";

const HOUR_MS = 3_600_000;

const { store, bench, executorOn, execute, approved, interrupt, stored } = useExecutionBench();

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);
const clockAt = (now: Date) => ({ ...systemClock, now: () => now });

async function jobsWithTimes(): Promise<unknown[]> {
  const { rows } = await store.database.lockPool.query("select data, start_after from pgboss.job");
  return rows.map(({ data: { correlationId: _, ...job }, start_after }) => ({
    ...job,
    startAfter: start_after,
  }));
}

describe("an approved request", () => {
  test("is written after its time to decide, while its time to execute lasts", async () => {
    const id = await approved({ decideBy: inHours(-1), executeBy: inHours(1) });
    await execute(id);
    expect(bench.simulator.writeLog()).toMatchObject([{ kind: "deactivate", applied: true }]);
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
  });

  test("expires when its time to execute is up, though its time to decide lasts", async () => {
    const id = await approved({ decideBy: inHours(1), executeBy: inHours(-1) });
    await execute(id);
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: "expired", targets: [{ state: "waiting" }] });
  });

  test("is executed until its time to decide is up, if a version without the time to execute stored it", async () => {
    const ids = [
      await approved({ decideBy: inHours(-1), executeBy: inHours(1) }),
      await approved({ decideBy: inHours(1), executeBy: inHours(-1) }),
    ];
    await store.database.lockPool.query("update change_requests set execute_by = null");
    for (const id of ids) await execute(id);
    const states = await Promise.all(ids.map(async (id) => (await stored(id)).state));
    expect(states).toEqual(["expired", "done"]);
  });

  test("is not written before its stored earliest time, and a job wakes it then", async () => {
    const notBefore = inHours(1);
    const id = await approved({ notBefore });
    // The bot enqueues twice, as after a restart. Only one job must wait.
    for (let time = 0; time < 2; time += 1) await execute(id);
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: null, wakeAt: notBefore });
    expect(await jobsWithTimes()).toEqual([{ kind: "execute", requestId: id, startAfter: notBefore }]);

    await execute(id, { clock: clockAt(notBefore) });
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
  });

  test("begins none of its many targets before its stored earliest time, and one job wakes it then", async () => {
    const notBefore = inHours(1);
    const targets = targetsOf("a", "b");
    const id = await approved({ targets, notBefore });
    const executor = await executorOn(store);
    for (const { position } of targets) await executor.executeTarget(id, position);
    expect(await stored(id)).toMatchObject({ state: "approved", wakeAt: notBefore });
    expect(await jobsWithTimes()).toEqual([{ kind: "execute_bulk", requestId: id, startAfter: notBefore }]);
  });

  test("expires if its earliest time comes after its time to execute", async () => {
    const [executeBy, notBefore] = [inHours(1), inHours(2)];
    const id = await approved({ executeBy, notBefore });
    await execute(id, { clock: clockAt(executeBy) });
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: "expired" });
  });
});

test("an interrupted write is sent again after the time to decide, while the time to execute lasts", async () => {
  const id = await approved({ decideBy: inHours(-1), executeBy: inHours(1) });
  await interrupt(id, { at: inHours(-1) });
  await execute(id);
  expect(bench.simulator.writeLog()).toHaveLength(1);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified", attempts: 2 }] });
});
