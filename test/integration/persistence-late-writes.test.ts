import { beforeEach, describe, expect, test } from "vitest";
import type { NewChangeRequest } from "../../src/change-requests/index.ts";
import { IncydrError } from "../../src/incydr/index.ts";
import { createSubjectReader } from "../../src/subjects/index.ts";
import { type ExecutionBench, useExecutionBench } from "../support/execution-bench.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { realPolicies } from "../support/stub-executor.ts";

const NADIA = "nadia.petrov@harborlight.example";

const current = useExecutionBench();
let { store, bench, executorOn, approved, stored } = {} as ExecutionBench;
beforeEach(() => {
  ({ store, bench, executorOn, approved, stored } = current());
});

describe("a write that was sent and is not seen", () => {
  /** Claimed by an executor that died; what it sent was to arrive by now. */
  async function interrupted(patch: Partial<NewChangeRequest> = {}): Promise<number> {
    const id = await approved(NADIA, patch);
    await store.uow.run(async (tx) => {
      await tx.requests.update(id, { state: "executing" });
      const intent = { at: new Date(), deadlineAt: new Date() };
      await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
    });
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
    const users = refusing(() => bench.simulator.control.edit.setActive(NADIA, false));
    await (await executorOn(store, { users })).execute(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "verified", attempts: 2 }] });
  });

  test("is refused when a second one is and nothing shows", async () => {
    const id = await interrupted();
    await (await executorOn(store, { users: refusing(() => {}) })).execute(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "refused", attempts: 2 }] });
  });

  test("has failed, and wasn't left out, when the subject has changed since or who approved may no more", async () => {
    const changed = await interrupted();
    const roles = [...bench.simulator.tenant.rolesOf(NADIA), "alert-emails"];
    bench.simulator.control.edit.setRoles(NADIA, roles);
    await (await executorOn(store)).execute(changed);
    expect(await stored(changed)).toMatchObject({ targets: [{ state: "failed" }] });
    bench.simulator.control.reset();

    const unapproved = await interrupted();
    const { directory } = await realPolicies();
    const nobody: typeof directory = {
      ...directory,
      person: async (...who) => ({ ...(await directory.person(...who)), groups: [] }),
    };
    await (await executorOn(store, { directory: nobody })).execute(unapproved);
    expect(await stored(unapproved)).toMatchObject({ targets: [{ state: "failed", attempts: 1 }] });
    expect(bench.simulator.writeLog()).toEqual([]);
  });

  test("was not carried out in vain: when the request's time is up it has failed, and isn't sent again", async () => {
    const id = await interrupted({ decideBy: new Date() });
    await (await executorOn(store)).execute(id);
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "failed" }] });
  });
});

test("whoever loses their groups while the subject is read doesn't count, however long that takes", async () => {
  const id = await approved(NADIA);
  const isLead = { value: true };
  const { directory } = await realPolicies();
  const asked: typeof directory = {
    ...directory,
    person: async (...who) => {
      const person = await directory.person(...who);
      return isLead.value || person.slackUserId !== "U0THEO" ? person : { ...person, groups: [] };
    },
  };
  const subjects = createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() });
  const slow: typeof subjects = {
    ...subjects,
    state: async (...read) => {
      const state = await subjects.state(...read);
      isLead.value = false;
      return state;
    },
  };
  await (await executorOn(store, { directory: asked, subjects: slow })).execute(id);
  expect(bench.simulator.writeLog()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "pending" });
});

describe("a role for a limited time, which Incydr may show late,", () => {
  const ALERTS = { id: "alert-emails", name: "Alert Emails" };
  const change = { kind: "add_roles", roles: [ALERTS], grantHours: 8 } as const;
  const grantsOf = (id: number) => store.uow.run((tx) => tx.grants.ofRequest(id));
  const show = () =>
    bench.simulator.control.edit.setRoles(NADIA, [...bench.simulator.tenant.rolesOf(NADIA), ALERTS.id]);
  const { clock, advance } = createOffsetClock();
  beforeEach(() => clock.moveWith(store.database.lockPool));
  /** One that Incydr said it gave, and shows nothing of. */
  async function answeredOnly() {
    const addRoles = async () => ({}) as never; // nobody reads the answer
    const executor = await executorOn(store, { clock, users: { ...bench.users, addRoles } });
    const id = await approved(NADIA, { change });
    return executor.execute(id).then(() => ({ id, executor }));
  }

  test("isn't known to have failed when it doesn't show at once, and begins when it does", async () => {
    const { id, executor } = await answeredOnly();
    expect(await stored(id)).toMatchObject({
      state: "done",
      targets: [{ state: "unknown", explanation: "Incydr said that it did it, and doesn't show it yet." }],
    });
    await advance(3_600_000);
    await executor.settle(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "unknown" }] });
    show();
    await executor.settle(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "verified" }] });
    expect(await grantsOf(id)).toMatchObject([{ role: ALERTS, state: "active" }]);
  });

  test("is left to whoever gave it for good before it showed", async () => {
    const { id, executor } = await answeredOnly();
    await (await executorOn(store, { clock })).execute(
      await approved(NADIA, { change: { kind: "add_roles", roles: [ALERTS] } }),
    );
    await executor.settle(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "verified" }] });
    expect(await grantsOf(id)).toMatchObject([{ role: ALERTS, state: "superseded" }]);
  });

  test("has failed when it doesn't show within a day", async () => {
    const { id, executor } = await answeredOnly();
    await advance(25 * 3_600_000);
    await executor.settle(id);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "failed" }] });
    expect(await grantsOf(id)).toEqual([]);
  });

  test("is the request's own when it shows after an interruption, and ends too", async () => {
    const id = await approved(NADIA, { change });
    await store.uow.run(async (tx) => {
      await tx.requests.update(id, { state: "executing" });
      const intent = { at: clock.now(), deadlineAt: clock.now() };
      await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
    });
    // Not to be seen when it is looked for, and there before it is sent again.
    let reads = 0;
    const subjects = createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() });
    const late: typeof subjects = {
      ...subjects,
      effect: async (...asked) => {
        const effect = await subjects.effect(...asked);
        reads += 1;
        show();
        return effect;
      },
    };
    await (await executorOn(store, { clock, subjects: late })).execute(id);
    expect(reads).toBe(1);
    expect(await stored(id)).toMatchObject({ targets: [{ state: "verified" }] });
    expect(await grantsOf(id)).toMatchObject([{ role: ALERTS, state: "active" }]);
  });
});
