import { describe, expect, test } from "vitest";
import { channelRulesOf } from "../../src/app/create-audience.ts";
import { createDomain, type DomainOptions } from "../../src/app/create-domain.ts";
import { createPolicyEngine, loadPolicies } from "../../src/authorization/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createIdentify } from "../../src/subjects/index.ts";
import { someFacts, someLead, somePerson } from "../support/domain-objects.ts";
import { NADIA, useExecutionBench } from "../support/execution-bench.ts";
import { ALERTS, giveRoles } from "../support/stored-rows.ts";
import { validEnvironment } from "../unit/config/valid-environment.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";

const PLACE = { channelId: "C0APPROVE", threadTs: null };

const { store, bench, approved, stored } = useExecutionBench();
const engine = createPolicyEngine(await loadPolicies("policies"));

/** The whole domain, as this configuration makes it, on the store and the simulated Incydr of the test. */
function domainOf(env: Record<string, string> = {}) {
  const config = loadConfig({ ...validEnvironment, ...env });
  const channel = { channelId: "C0APPROVE", name: "approvals", isPrivate: true, isShared: false };
  return createDomain({
    ...{ config, clock: systemClock },
    policies: { engine, earlierPolicies: async () => engine },
    audience: {
      people: directoryOf(somePerson(), someLead()),
      channels: { facts: async () => ({ ...channel, botIsMember: true, memberIds: [] }) },
      rules: channelRulesOf(config),
      findPlace: async () => ({ place: PLACE, moved: null }),
    },
    incydr: {
      ...{ users: bench.users, reader: bench.incydr },
      identify: createIdentify({ incydr: bench.incydr, operatorMap: new Map() }),
    },
    storage: {
      uow: store.uow,
      subjectLock: {
        withLock: (userId: string, work: Parameters<typeof store.withLock>[1]) =>
          store.withLock(userId, work),
      },
      isFrozen: async () => false,
    },
    displays: { cards: { channelOf: async () => null } },
  } as unknown as DomainOptions); // nothing else is used
}

/** A request that gave Nadia a role until an hour ago. She still has the role. */
async function endedGrant(): Promise<number> {
  const { userId } = bench.simulator.tenant.user(NADIA);
  bench.simulator.control.edit.setRoles(NADIA, [...bench.simulator.tenant.rolesOf(userId), ALERTS.name]);
  const grantedAt = new Date(Date.now() - 2 * 3_600_000);
  return giveRoles(store, { to: someFacts({ userId }), grantedAt });
}
const writes = () => bench.simulator.writeLog().length;

describe("READ_ONLY", () => {
  test("keeps the executor from writing, and the next start without it carries the request out", async () => {
    const id = await approved();
    await domainOf({ READ_ONLY: "true" }).executor.execute(id);
    expect(await stored(id)).toMatchObject({ state: "approved" });
    expect(writes()).toBe(0);
    await domainOf().executor.execute(id);
    expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
  });

  test("keeps the end of a temporary role from being written, too", async () => {
    const id = await endedGrant();
    const state = () => store.uow.read(({ grants }) => grants.ofRequest(id));
    await domainOf({ READ_ONLY: "true" }).revoker.end(id);
    expect(await state()).toMatchObject([{ state: "revoking", waitingFor: "freeze" }]);
    expect(writes()).toBe(0);
    await domainOf().revoker.end(id);
    expect(await state()).toMatchObject([{ state: "revoked" }]);
  });
});

test("a request with one approval needs a second one if its subject is in PROTECTED_USERNAMES by now", async () => {
  const id = await approved();
  await domainOf({ PROTECTED_USERNAMES: NADIA.toUpperCase() }).executor.execute(id);
  expect(await stored(id)).toMatchObject({ state: "pending" });
  expect(writes()).toBe(0);
});
