import { expect, test } from "vitest";
import type { PeopleDirectory, PinOptions } from "../../src/authorization/index.ts";
import { createExecutionSteps } from "../../src/change-requests/execution/execution-steps.ts";
import type { TargetPatch } from "../../src/change-requests/index.ts";
import { snapshotOf } from "../../src/change-requests/model/snapshot.ts";
import { IncydrError } from "../../src/incydr/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createPreflight } from "../../src/subjects/index.ts";
import { someFacts, someLead, someNewRequest, somePerson, someTarget } from "../support/domain-objects.ts";
import { NADIA, useExecutionBench } from "../support/execution-bench.ts";
import { insertRequest } from "../support/stored-rows.ts";
import { realPolicies } from "../support/stub-executor.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";

const EMERGENCY = { ratifyWithinHours: 24, escalateTo: [] };
const inAMinute = () => new Date(Date.now() + 60_000);

const {
  store,
  other,
  bench,
  subjects,
  executorOn,
  execute,
  approved,
  interrupt,
  freezingOnceClaimed,
  stored,
} = useExecutionBench();

const writes = () => bench.simulator.writeLog();
const steps = () => createExecutionSteps({ uow: store.uow, clock: systemClock });
const left = async (kind: string) => (await store.waiting()).filter((job) => job.kind === kind).length;
const giveAlerts = () =>
  bench.simulator.control.edit.setRoles(NADIA, [...bench.simulator.tenant.rolesOf(NADIA), "alert-emails"]);

test.each([0, 2])(
  "a freeze between a claim and its write stops the write, and leaves no intent, after %i attempts",
  async (attempts) => {
    const id = await approved();
    await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { attempts }));
    await (await executorOn(freezingOnceClaimed(id))).execute(id);
    expect(writes()).toEqual([]);
    expect(await stored(id)).toMatchObject({
      waitingFor: "freeze",
      targets: [{ state: "waiting", intent: null, attempts: attempts + 1 }],
    });
  },
);

test("an unknown outcome that another replica has found out meanwhile is settled once", async () => {
  const id = await approved();
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "done" });
    const intent = { at: new Date(0), deadlineAt: new Date(0) };
    await tx.requests.updateTarget(id, 0, { state: "unknown", attempts: 1, intent });
  });
  bench.simulator.control.edit.setActive(NADIA, false);
  const there = await executorOn(other);
  const here = await executorOn({
    uow: store.uow,
    withLock: async (key, work) => {
      await there.settle(id);
      return store.withLock(key, work);
    },
  });
  await here.settle(id);
  expect((await stored(id)).targets[0]?.state).toBe("verified");
});

test("a target that waits again after its bulk was stopped is skipped", async () => {
  const id = await approved();
  await store.uow.run((tx) => tx.requests.update(id, { state: "executing", stopped: true }));
  await execute(id);
  expect(writes()).toEqual([]);
  expect((await stored(id)).targets[0]?.state).toBe("skipped");
});

test("the targets of a paused request are not judged, however their subject has changed", async () => {
  const id = await approved();
  await store.uow.run((tx) => tx.requests.update(id, { state: "executing", paused: true }));
  giveAlerts();
  await execute(id);
  expect(await stored(id)).toMatchObject({
    state: "executing",
    targets: [{ state: "waiting", explanation: null, settledAt: null }],
  });
});

test.each([
  ["an emergency", "cancelled", EMERGENCY],
  ["a request", "stale", null],
] as const)("%s about a subject whom Incydr no longer has becomes %s", async (_what, state, emergency) => {
  const id = await approved({ emergency });
  const gone = () => Promise.reject(new IncydrError("not_found", "There is no such user.", { sent: "yes" }));
  await execute(id, { subjects: { state: gone, effect: gone } });
  expect(await stored(id)).toMatchObject({ state });
});

test("a write that provably has no effect is tried three times, and has failed then", async () => {
  const id = await approved();
  let sent = 0;
  const users = {
    ...bench.users,
    deactivate: () => {
      sent += 1;
      return Promise.reject(new IncydrError("unavailable", "Incydr doesn't answer.", { sent: "no" }));
    },
  };
  const executor = await executorOn(store, { users });
  for (let time = 0; time < 4; time += 1) await executor.execute(id);
  expect(sent).toBe(3);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "failed", attempts: 3 }] });
});

test("a write is judged by the policies of when it was requested too", async () => {
  const id = await approved();
  const { authorizer } = await realPolicies();
  const pins: PinOptions[] = [];
  const watched = {
    ...authorizer,
    pin: (options: PinOptions = {}) => {
      pins.push(options);
      return authorizer.pin(options);
    },
  };
  await execute(id, { authorizer: watched });
  expect(pins).toEqual([{ madeUnder: someNewRequest().policyHash }]);
});

test.each<[string, TargetPatch]>([
  ["is settled", { state: "verified" }],
  ["is tried again", { attempts: 2 }],
])("a step is not stored on a target that %s meanwhile", async (_what, meanwhile) => {
  const id = await approved();
  await interrupt(id);
  const read = await stored(id);
  await store.uow.run((tx) => tx.requests.updateTarget(id, 0, meanwhile));
  await steps().settle(read, "read_back_denies_it", "It did not take effect.");
  expect(await steps().release(read, "It had no effect.")).toBeNull();
  expect((await stored(id)).targets).toMatchObject([{ state: "executing", explanation: null, ...meanwhile }]);
});

test("a request waits while another's write may be on its way, and isn't stale for what that write does", async () => {
  const [first, second] = [await approved(), await approved()];
  await interrupt(first, { at: new Date(), deadlineAt: inAMinute() });
  giveAlerts();
  await execute(second);
  expect(await stored(second)).toMatchObject({ state: "approved", waitingFor: "subject" });
});

test("a target that was claimed while its subject was waited for is not written until that write is over", async () => {
  const id = await approved();
  const intent = { at: new Date(), deadlineAt: inAMinute() };
  const executor = await executorOn({
    uow: store.uow,
    withLock: async (key, work) => {
      await interrupt(id, intent);
      return store.withLock(key, work);
    },
  });
  await executor.execute(id);
  expect(writes()).toEqual([]);
  expect(await stored(id)).toMatchObject({ targets: [{ state: "executing", attempts: 1, intent }] });
});

test("a target that was let go while its subject was waited for is not read as if it were on its way", async () => {
  const id = await approved();
  await interrupt(id, { at: new Date(), deadlineAt: inAMinute() });
  const executor = await executorOn({
    uow: store.uow,
    withLock: async (key, work) => {
      await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { state: "waiting", intent: null }));
      return store.withLock(key, work);
    },
  });
  await executor.execute(id);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified", attempts: 2 }] });
});

test("an approver who loses their groups while the subject is read doesn't count, however long that takes", async () => {
  const id = await approved();
  let isLead = true;
  const { directory } = await realPolicies();
  const asked: typeof directory = {
    ...directory,
    person: async (...who) => {
      const person = await directory.person(...who);
      return isLead || person.slackUserId !== "U0THEO" ? person : { ...person, groups: [] };
    },
  };
  const reader = subjects();
  const slow: typeof reader = {
    ...reader,
    state: async (...read) => {
      const state = await reader.state(...read);
      isLead = false;
      return state;
    },
  };
  await execute(id, { directory: asked, subjects: slow });
  expect(writes()).toEqual([]);
  expect(await stored(id)).toMatchObject({ state: "pending" });
});

test("an emergency is carried out beside one other that waits to be ratified: it doesn't count against itself", async () => {
  const id = await approved({ emergency: EMERGENCY });
  const earlier = await insertRequest(store, { state: "done", emergency: EMERGENCY });
  await store.uow.run((tx) =>
    tx.requests.saveRatification(earlier, {
      state: "awaiting",
      deadlineAt: inAMinute(),
      overdue: false,
      decision: null,
    }),
  );
  const directory = directoryOf(somePerson({ groups: ["incident-responders"] }), someLead());
  await execute(id, { directory });
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
});

test("a claim that other policies come in between is tried again at once", async () => {
  const id = await approved();
  await store.uow.run((tx) => tx.policies.record("n".repeat(64), new Date()));
  expect(await steps().claim(await stored(id), "o".repeat(64))).toBeNull();
  expect(await left("execute")).toBe(1);
  await store.database.lockPool.query("delete from policy_versions");
});

test("an unknown outcome is asked for again by one job, within two hours", async () => {
  const id = await approved({ state: "done", targets: [someTarget({ state: "unknown" })] });
  const intent = { at: new Date(0), deadlineAt: new Date(0) };
  await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { intent }));
  for (let time = 0; time < 2; time += 1) await steps().settleLater(await stored(id), null);
  expect(await left("settle")).toBe(1);
  expect((await stored(id)).settleAt?.getTime()).toBeLessThan(Date.now() + 2 * 3_600_000);
});

test("an outcome that can't be read is asked for again the later, the longer it is unknown, whichever target it is", async () => {
  const targets = [
    someTarget({ state: "verified" }),
    someTarget({ facts: someFacts(), position: 1, state: "unknown" }),
  ];
  const id = await approved({ state: "done", targets });
  const threeHoursAgo = new Date(Date.now() - 3 * 3_600_000);
  await store.uow.run((tx) =>
    tx.requests.updateTarget(id, 1, { intent: { at: threeHoursAgo, deadlineAt: threeHoursAgo } }),
  );
  const unreadable = () =>
    Promise.reject(new IncydrError("not_found", "There is no such user.", { sent: "yes" }));
  await (await executorOn(store, { subjects: { state: unreadable, effect: unreadable } })).settle(id);
  expect((await stored(id)).settleAt?.getTime()).toBeGreaterThan(Date.now() + 20 * 60_000);
});

test.each([
  ["executing", { state: "done", targets: [{ state: "verified" }, { state: "skipped" }] }],
  ["approved", { state: "pending", targets: [{ state: "verified" }, { state: "waiting" }] }],
] as const)(
  "a bulk that is %s when the approvals of its last user turn out to be lost leaves no target waiting for ever",
  async (state, outcome) => {
    const preflight = createPreflight({ incydr: bench.incydr, protectedUsernames: new Set() });
    const targets = await Promise.all(
      [NADIA, "sam.ortega@harborlight.example"].map(async (username, position) => {
        const facts = await preflight(await bench.user(username));
        return someTarget({ facts, snapshot: snapshotOf("deactivate", facts), position, slackUserIds: [] });
      }),
    );
    const id = await approved({ targets });
    const asked = directoryOf(somePerson(), someLead({ groups: [] }));
    const directory: PeopleDirectory = {
      ...asked,
      // While this target is judged, another worker carries out the other one.
      async person(slackUserId, freshness) {
        await store.uow.run(async (tx) => {
          await tx.requests.update(id, { state });
          await tx.requests.updateTarget(id, 0, { state: "verified" });
        });
        return asked.person(slackUserId, freshness);
      },
    };
    await (await executorOn(store, { directory })).executeTarget(id, 1);
    expect(writes()).toEqual([]);
    expect(await stored(id)).toMatchObject(outcome);
    expect((await stored(id)).targets[1]?.explanation).toBe("An approver is no longer entitled to approve.");
  },
);
