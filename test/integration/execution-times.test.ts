import { beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/kernel/clock.ts";
import { someFacts, someTarget } from "../support/domain-objects.ts";
import { type ExecutionBench, useExecutionBench } from "../support/execution-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const HOUR_MS = 3_600_000;

const current = useExecutionBench();
let { store, bench, executorOn, approved, stored } = {} as ExecutionBench;
beforeEach(() => {
  ({ store, bench, executorOn, approved, stored } = current());
});

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);
const clockAt = (now: Date) => ({ ...systemClock, now: () => now });

describe("an approved request", () => {
  test("is written after its time to decide, while its time to execute lasts", async () => {
    const id = await approved(NADIA, { decideBy: inHours(-1), executeBy: inHours(1) });
    await (await executorOn(store)).execute(id);
    expect(bench.simulator.writeLog()).toMatchObject([{ kind: "deactivate", applied: true }]);
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
  });

  test("expires when its time to execute is up, though its time to decide lasts", async () => {
    const id = await approved(NADIA, { decideBy: inHours(1), executeBy: inHours(-1) });
    await (await executorOn(store)).execute(id);
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: "expired", targets: [{ state: "waiting" }] });
  });

  test("that a version without the time to execute stored is executed until its time to decide is up", async () => {
    const ids = [
      await approved(NADIA, { decideBy: inHours(-1), executeBy: inHours(1) }),
      await approved(NADIA, { decideBy: inHours(1), executeBy: inHours(-1) }),
    ];
    await store.database.lockPool.query("update change_requests set execute_by = null");
    for (const id of ids) await (await executorOn(store)).execute(id);
    const states = await Promise.all(ids.map(async (id) => (await stored(id)).state));
    expect(states).toEqual(["expired", "done"]);
  });

  test("is not written before its stored earliest time, and a job wakes it then", async () => {
    const notBefore = inHours(1);
    const id = await approved(NADIA, { notBefore });
    const early = await executorOn(store);
    // Twice, as after a restart: one job is enough.
    for (let time = 0; time < 2; time += 1) await early.execute(id);
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: "approved", waitingFor: null, wakeAt: notBefore });
    const { rows } = await store.database.lockPool.query(
      "select data - 'correlationId' as data, start_after from pgboss.job",
    );
    expect(rows).toEqual([{ data: { kind: "execute", requestId: id }, start_after: notBefore }]);

    await (await executorOn(store, { clock: clockAt(notBefore) })).execute(id);
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
  });

  test("with many targets begins none of them before its stored earliest time, and one job wakes it then", async () => {
    const notBefore = inHours(1);
    const targets = ["a", "b"].map((name, position) =>
      someTarget({ position, facts: someFacts({ userId: name, username: `${name}@harborlight.example` }) }),
    );
    const id = await approved(NADIA, { targets, notBefore });
    const executor = await executorOn(store);
    const people = {} as Parameters<typeof executor.executeTarget>[2]; // nobody is asked
    for (const { position } of targets) await executor.executeTarget(id, position, people);
    expect(await stored(id)).toMatchObject({ state: "approved", wakeAt: notBefore });
    const { rows } = await store.database.lockPool.query(
      "select data - 'correlationId' as data, start_after from pgboss.job",
    );
    expect(rows).toEqual([{ data: { kind: "execute_bulk", requestId: id }, start_after: notBefore }]);
  });

  test("whose earliest time comes after its time to execute expires", async () => {
    const [executeBy, notBefore] = [inHours(1), inHours(2)];
    const id = await approved(NADIA, { executeBy, notBefore });
    await (await executorOn(store, { clock: clockAt(executeBy) })).execute(id);
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: "expired" });
  });
});

test("an interrupted write is sent again after the time to decide, while the time to execute lasts", async () => {
  const id = await approved(NADIA, { decideBy: inHours(-1), executeBy: inHours(1) });
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing" });
    const intent = { at: inHours(-1), deadlineAt: inHours(-1) };
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
  });
  await (await executorOn(store)).execute(id);
  expect(bench.simulator.writeLog()).toHaveLength(1);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified", attempts: 2 }] });
});
