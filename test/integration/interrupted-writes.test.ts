import { beforeEach, describe, expect, test } from "vitest";
import {
  type NewChangeRequest,
  type TargetPatch,
  TriesExhaustedError,
} from "../../src/change-requests/index.ts";
import { IncydrError, type IncydrErrorCode } from "../../src/incydr/index.ts";
import { someLead, somePerson } from "../support/domain-objects.ts";
import { NADIA, useExecutionBench } from "../support/execution-bench.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { ALERTS, WATCHLISTS } from "../support/stored-rows.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";

const { store, bench, subjects, executorOn, execute, approved, interrupt, stored } = useExecutionBench();

const edit = () => bench.simulator.control.edit;
const writes = () => bench.simulator.writeLog();
const addAlerts = () => edit().setRoles(NADIA, [...bench.simulator.tenant.rolesOf(NADIA), ALERTS.id]);

/** A reader that gets this answer for the read-back of a write. */
function unreadable(code: IncydrErrorCode) {
  const effect = () => Promise.reject(new IncydrError(code, "no", { sent: "yes" }));
  return { ...subjects(), effect };
}

describe("a write that was sent and doesn't show", () => {
  /** An executor claimed it long ago and then crashed. */
  async function interrupted(patch: Partial<NewChangeRequest> = {}): Promise<number> {
    const id = await approved(patch);
    await interrupt(id);
    return id;
  }
  const refusing = (meanwhile: () => void) => ({
    ...bench.users,
    deactivate: async () => {
      meanwhile();
      throw new IncydrError("forbidden", "The API client may not do this.", { sent: "yes" });
    },
  });

  test("is verified when it shows while a second one is refused", async () => {
    const id = await interrupted();
    await execute(id, { users: refusing(() => edit().setActive(NADIA, false)) });
    expect(await stored(id)).toMatchObject({ targets: [{ state: "verified", attempts: 2 }] });
  });

  test("is refused when a second one is refused and nothing shows", async () => {
    const id = await interrupted();
    await execute(id, { users: refusing(() => {}) });
    expect(await stored(id)).toMatchObject({ targets: [{ state: "refused", attempts: 2 }] });
  });

  test("is verified when it shows late, though its requester is known no longer", async () => {
    const id = await interrupted();
    const reader = subjects();
    const late: typeof reader = {
      ...reader,
      async effect(userId, lane) {
        const before = await reader.effect(userId, lane);
        edit().setActive(NADIA, false);
        return before;
      },
    };
    await execute(id, { subjects: late, directory: directoryOf(someLead()) });
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
  });

  test.each<[why: string, meanwhile: (id: number) => Promise<unknown>, outcome: TargetPatch]>([
    ["its subject has changed since", async () => addAlerts(), {}],
    ["it was the third attempt", (id) => interrupt(id, { attempts: 3 }), { attempts: 3 }],
    ["its bulk was stopped", (id) => store.uow.run((tx) => tx.requests.update(id, { stopped: true })), {}],
  ])("has failed, and is not sent again, if %s", async (_why, meanwhile, outcome) => {
    const id = await interrupted();
    await meanwhile(id);
    await execute(id);
    expect(writes()).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "failed", ...outcome }] });
  });

  test("has failed for the roles that don't show, and is not sent again, if another role of it shows", async () => {
    const id = await interrupted({ change: { kind: "add_roles", roles: [ALERTS, WATCHLISTS] } });
    addAlerts();
    await execute(id);
    expect(writes()).toEqual([]);
    const explanation = "Done for: Alert Emails. Not done for: Watchlist Manager.";
    expect(await stored(id)).toMatchObject({
      targets: [{ state: "failed", attempts: 1, outstandingRoleIds: [WATCHLISTS.id], explanation }],
    });
  });

  test("has failed, and is not sent again, if the request's time is up", async () => {
    const id = await interrupted({ decideBy: new Date() });
    await execute(id);
    expect(writes()).toEqual([]);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "failed" }] });
  });

  test("has failed, and is not sent again, if its approver may approve no longer", async () => {
    const id = await interrupted();
    await execute(id, { directory: directoryOf(somePerson(), someLead({ groups: [] })) });
    expect(writes()).toEqual([]);
    const explanation = "The change did not take effect. An approver is no longer entitled to approve.";
    expect(await stored(id)).toMatchObject({
      state: "done",
      targets: [{ state: "failed", attempts: 1, explanation }],
    });
  });

  test.each([
    ["can't be sent", "unavailable", "no"],
    ["gets no answer", "timed_out", "unknown"],
  ] as const)(
    "is still looked for, as of its first sending, if a second one %s",
    async (_why, code, sent) => {
      const id = await interrupted();
      const deactivate = () => Promise.reject(new IncydrError(code, "No answer.", { sent }));
      await execute(id, { users: { ...bench.users, deactivate } });
      expect(await stored(id)).toMatchObject({
        state: "executing",
        targets: [{ state: "executing", attempts: 2, intent: { at: new Date(0) } }],
      });
    },
  );
});

describe("a role for a limited time, which Incydr may show late,", () => {
  const change = { kind: "add_roles", roles: [ALERTS], grantHours: 8 } as const;
  const grantsOf = (id: number) => store.uow.run((tx) => tx.grants.ofRequest(id));
  const { clock, advance } = createOffsetClock();
  beforeEach(() => clock.moveWith(store.database.lockPool));
  /** Incydr answered that it gave this role, but does not show it. */
  async function answeredOnly() {
    const addRoles = async () => ({}) as never; // nobody reads the answer
    const executor = await executorOn(store, { clock, users: { ...bench.users, addRoles } });
    const id = await approved({ change });
    await executor.execute(id);
    return { id, executor };
  }

  test("has an unknown outcome if it doesn't show at once, and begins when it does", async () => {
    const { id, executor } = await answeredOnly();
    expect(await stored(id)).toMatchObject({
      state: "done",
      targets: [{ state: "unknown", explanation: "Incydr said that it did it, and doesn't show it yet." }],
    });
    await advance(3_600_000);
    await executor.settle(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "unknown" }] });
    addAlerts();
    await executor.settle(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "verified" }] });
    expect(await grantsOf(id)).toMatchObject([{ role: ALERTS, state: "active" }]);
  });

  test("is left to a request that gave it for good before it showed", async () => {
    const { id, executor } = await answeredOnly();
    await execute(await approved({ change: { kind: "add_roles", roles: [ALERTS] } }), { clock });
    await executor.settle(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "verified" }] });
    expect(await grantsOf(id)).toMatchObject([{ role: ALERTS, state: "superseded" }]);
  });

  test("has failed if it doesn't show within a day", async () => {
    const { id, executor } = await answeredOnly();
    await advance(25 * 3_600_000);
    await executor.settle(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "failed" }] });
    expect(await grantsOf(id)).toEqual([]);
  });

  test("is the request's own if it shows after an interruption, and ends too", async () => {
    const id = await approved({ change });
    await interrupt(id, { at: clock.now() });
    // The first read-back does not show the change. It appears before the write is sent again.
    let reads = 0;
    const reader = subjects();
    const late: typeof reader = {
      ...reader,
      effect: async (...asked) => {
        const effect = await reader.effect(...asked);
        reads += 1;
        addAlerts();
        return effect;
      },
    };
    await execute(id, { clock, subjects: late });
    expect(reads).toBe(1);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "verified" }] });
    expect(await grantsOf(id)).toMatchObject([{ role: ALERTS, state: "active" }]);
  });
});

describe("an unknown outcome", () => {
  /** A request with an unknown outcome. Reading the outcome gets this answer. */
  async function unknownOutcome(code: IncydrErrorCode) {
    const id = await approved({ state: "done" });
    await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { state: "unknown" }));
    const executor = await executorOn(store, { subjects: unreadable(code) });
    const settle = async () => {
      await store.database.lockPool.query("delete from pgboss.job");
      await store.uow.run((tx) => tx.requests.update(id, { settleAt: null }));
      return executor.settle(id).then(
        () => "paused" as const,
        (error: unknown) => error,
      );
    };
    const left = async () => (await store.waiting()).filter(({ kind }) => kind === "settle").length;
    return { settle, left };
  }

  test("is left to the daily job after twenty reads if Incydr refuses to show it", async () => {
    const { settle, left } = await unknownOutcome("not_found");
    for (let read = 1; read < 20; read += 1) {
      expect(await settle()).toBe("paused");
      expect(await left()).toBe(1);
    }
    expect(await settle()).toBeInstanceOf(TriesExhaustedError);
    expect(await left()).toBe(0);
    expect(await settle()).toBeInstanceOf(TriesExhaustedError);
  });

  test("is read again for as long as Incydr is away", async () => {
    const { settle, left } = await unknownOutcome("unavailable");
    for (let read = 1; read <= 25; read += 1) expect(await settle()).toBe("paused");
    expect(await left()).toBe(1);
  });
});

test("an interrupted write whose subject Incydr refuses to show isn't given up while it may be on its way", async () => {
  const id = await approved();
  const hidden = { subjects: unreadable("not_found") };
  await interrupt(id, { at: new Date(), deadlineAt: new Date(Date.now() + 60_000) });
  await execute(id, hidden);
  expect(await stored(id)).toMatchObject({ state: "executing", targets: [{ state: "executing" }] });
  await interrupt(id, { at: new Date() });
  await execute(id, hidden);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "unknown" }] });
});
