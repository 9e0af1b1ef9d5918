import { expect, test } from "vitest";
import { TriesExhaustedError } from "../../src/change-requests/index.ts";
import { IncydrError, type IncydrErrorCode } from "../../src/incydr/index.ts";
import { createSubjectReader } from "../../src/subjects/index.ts";
import { useExecutionBench } from "../support/execution-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const bench = useExecutionBench();

/** A request whose outcome is unknown, and an executor that gets this answer when it reads the subject. */
async function unknownOutcome(code: IncydrErrorCode) {
  const { store, approved, executorOn, bench: incydrBench } = bench();
  const id = await approved(NADIA);
  await store.database.lockPool.query("update change_requests set state = 'done' where id = $1", [id]);
  await store.database.lockPool.query("update targets set state = 'unknown' where request_id = $1", [id]);
  const reader = createSubjectReader({ incydr: incydrBench.incydr, protectedUsernames: new Set() });
  const effect = async () => {
    throw new IncydrError(code, "no", { sent: "yes" });
  };
  const executor = await executorOn(store, { subjects: { ...reader, effect } });
  const settle = async () => {
    await store.database.lockPool.query("delete from pgboss.job");
    await store.database.lockPool.query("update change_requests set settle_at = null");
    return executor.settle(id).then(
      () => "paused" as const,
      (error: unknown) => error,
    );
  };
  const left = async () => (await store.waiting()).filter(({ kind }) => kind === "settle").length;
  return { settle, left };
}

test("an outcome that Incydr refuses to show is left to the daily job after twenty reads", async () => {
  const { settle, left } = await unknownOutcome("not_found");
  for (let read = 1; read < 20; read += 1) {
    expect(await settle()).toBe("paused");
    expect(await left()).toBe(1);
  }
  expect(await settle()).toBeInstanceOf(TriesExhaustedError);
  expect(await left()).toBe(0);
  expect(await settle()).toBeInstanceOf(TriesExhaustedError);
}, 30_000);

test("an outcome that can't be read because Incydr is away is read again for as long as that lasts", async () => {
  const { settle, left } = await unknownOutcome("unavailable");
  for (let read = 1; read <= 25; read += 1) expect(await settle()).toBe("paused");
  expect(await left()).toBe(1);
}, 30_000);

test("an interrupted write whose subject Incydr refuses to show isn't given up while it may be on its way", async () => {
  const { store, approved, executorOn, stored, bench: incydrBench } = bench();
  const id = await approved(NADIA);
  const claim = (deadlineAt: Date) =>
    store.uow.run(async (tx) => {
      await tx.requests.update(id, { state: "executing" });
      const intent = { at: new Date(), deadlineAt };
      await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
    });
  const reader = createSubjectReader({ incydr: incydrBench.incydr, protectedUsernames: new Set() });
  const effect = async () => {
    throw new IncydrError("not_found", "There is no such user.", { sent: "yes" });
  };
  const executor = await executorOn(store, { subjects: { ...reader, effect } });
  await claim(new Date(Date.now() + 60_000));
  await executor.execute(id);
  expect(await stored(id)).toMatchObject({ state: "executing", targets: [{ state: "executing" }] });
  await claim(new Date());
  await executor.execute(id);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "unknown" }] });
});
