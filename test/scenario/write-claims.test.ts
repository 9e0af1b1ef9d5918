import { expect, test } from "vitest";
import { createSubjectReader } from "../../src/subjects/index.ts";
import { useExecutionBench } from "../support/execution-bench.ts";

const { store, other, bench, executorOn, approved, stored } = useExecutionBench();

test("two changes to one subject don't interleave when a lock is lost right after it was asserted", async () => {
  const addition = (id: string, name: string) =>
    approved({ change: { kind: "add_roles", roles: [{ id, name }] } });
  const [first, second] = [
    await addition("alert-emails", "Alert Emails"),
    await addition("watchlist-manager", "Watchlist Manager"),
  ];
  const targetState = async (id: number) => (await stored(id)).targets[0]?.state;
  const there = await executorOn(other);
  const put = bench.simulator.control.hold("PUT /v1/users/*/roles", { times: 2 });
  let executing: Promise<void> = Promise.resolve();
  const here = await executorOn({
    uow: store.uow,
    withLock: (name, work) =>
      store.withLock(name, (assertHeld) =>
        work(async () => {
          await assertHeld();
          // The database ends the connection that held the lock. The other replica takes the lock and works on the
          // request.
          await other.database.lockPool.query(
            `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
             and database = (select oid from pg_database where datname = current_database())`,
          );
          executing = there.execute(second);
          await put.arrived;
        }),
      ),
  });
  const run = here.execute(first).catch(() => {});
  await put.arrived;
  await expect.poll(() => targetState(second)).toBe("executing");
  // Incydr holds the second replica's write. So the first replica continues while this write is under way.
  const began = await expect
    .poll(() => targetState(first), { timeout: 3_000 })
    .toBe("executing")
    .then(
      () => true,
      () => false,
    );
  const meanwhile = await targetState(second);
  put.release();
  await Promise.allSettled([run, executing]);
  expect({ began, second: meanwhile }).toEqual({ began: false, second: "executing" });
});

test("a user without a known state isn't verified as deactivated", async () => {
  const incydr = {
    users: {
      getUser: async () => ({ userId: "300000000000000001", username: "a@b.c", active: null }),
      listUserRoles: async () => [],
    },
  } as unknown as Parameters<typeof createSubjectReader>[0]["incydr"]; // all that is asked
  const reader = createSubjectReader({ incydr, protectedUsernames: new Set() });
  await expect(reader.effect("300000000000000001")).rejects.toThrow("doesn't say whether");
});
