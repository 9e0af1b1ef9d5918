import { describe, expect, test } from "vitest";
import { channelRulesOf } from "../../src/app/create-audience.ts";
import { createDomain, type DomainOptions } from "../../src/app/create-domain.ts";
import { createPolicyEngine, loadPolicies } from "../../src/authorization/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createIdentify } from "../../src/subjects/index.ts";
import { someFacts, someLead, someNewRequest, somePerson, someTarget } from "../support/domain-objects.ts";
import { useExecutionBench } from "../support/execution-bench.ts";
import { validEnvironment } from "../unit/config/valid-environment.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const PLACE = { channelId: "C0APPROVE", threadTs: null };

const world = useExecutionBench();
const engine = createPolicyEngine(await loadPolicies("policies"));

/** The whole domain, as this configuration makes it, on the store and the simulated Incydr of the test. */
function domainOf(env: Record<string, string> = {}) {
  const { store, bench } = world();
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

/** A request that gave Nadia a role until a minute ago; she holds it. */
async function endedGrant(): Promise<number> {
  const { store, bench } = world();
  const { userId } = bench.simulator.tenant.user(NADIA);
  bench.simulator.control.edit.setRoles(NADIA, [...bench.simulator.tenant.rolesOf(userId), ALERTS.name]);
  const targets = [someTarget({ facts: someFacts({ userId }), state: "verified" })];
  const change = { kind: "add_roles", roles: [ALERTS], grantHours: 1 } as const;
  const endsAt = new Date(Date.now() - 60_000);
  const grantedAt = new Date(endsAt.getTime() - 3_600_000);
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", change, targets }));
    await tx.grants.insert([{ requestId: id, userId, role: ALERTS, grantedAt, endsAt }]);
    return id;
  });
}
const writes = () => world().bench.simulator.writeLog().length;

describe("READ_ONLY", () => {
  test("keeps the executor from writing, and the next start without it carries the request out", async () => {
    const id = await world().approved(NADIA);
    await domainOf({ READ_ONLY: "true" }).executor.execute(id);
    expect(await world().stored(id)).toMatchObject({ state: "approved" });
    expect(writes()).toBe(0);
    await domainOf().executor.execute(id);
    expect(await world().stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
  });

  test("keeps the end of a temporary role from being written, too", async () => {
    const id = await endedGrant();
    const state = () => world().store.uow.read(({ grants }) => grants.ofRequest(id));
    await domainOf({ READ_ONLY: "true" }).revoker.end(id);
    expect(await state()).toMatchObject([{ state: "revoking", waitingFor: "freeze" }]);
    expect(writes()).toBe(0);
    await domainOf().revoker.end(id);
    expect(await state()).toMatchObject([{ state: "revoked" }]);
  });
});

test("a request with one approval asks for a second one if its subject is in PROTECTED_USERNAMES by now", async () => {
  const id = await world().approved(NADIA);
  await domainOf({ PROTECTED_USERNAMES: NADIA.toUpperCase() }).executor.execute(id);
  expect(await world().stored(id)).toMatchObject({ state: "pending" });
  expect(writes()).toBe(0);
});
