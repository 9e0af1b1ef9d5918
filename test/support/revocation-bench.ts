import { beforeEach } from "vitest";
import type { Grant, GrantPatch } from "../../src/change-requests/index.ts";
import type { RoleRef } from "../../src/subjects/index.ts";
import { stopDatabaseClock } from "./database-clock.ts";
import { someFacts } from "./domain-objects.ts";
import { NADIA, useExecutionBench } from "./execution-bench.ts";
import { ALERTS, giveRoles } from "./stored-rows.ts";
import { revokerBetween } from "./stub-revoker.ts";
import type { Replica } from "./test-store.ts";

/** Ten o'clock. */
const BEGIN = new Date("2026-11-01T10:00:00Z");
const HOUR_MS = 3_600_000;
const OWN_ROLES = ["Desktop User", "PROe User"];

/** The parts around a revoker. All clocks are stopped at ten o'clock, when Nadia gets her temporary roles. */
export function useRevocationBench() {
  const { store, other, bench } = useExecutionBench();
  let now = BEGIN;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const after = (hours: number) => new Date(BEGIN.getTime() + hours * HOUR_MS);
  const nadia = () => bench.simulator.tenant.user(NADIA).userId;
  const grantsOf = (id: number) => store.uow.read(({ grants }) => grants.ofRequest(id));
  const setClock = async (at: Date) => {
    now = at;
    await stopDatabaseClock(store.database.lockPool, at);
  };
  beforeEach(() => setClock(BEGIN));
  type RevokerOptions = Omit<Parameters<typeof revokerBetween>[2], "clock">;
  const revokerOn = (replica: Pick<Replica, "uow" | "withLock">, options: RevokerOptions = {}) =>
    revokerBetween(bench, replica, { clock, ...options });

  return {
    store,
    other,
    bench,
    clock,
    nadia,
    after,
    setClock,
    grantsOf,
    revokerOn,
    /** Sets the bot's clock and the database's clock to this number of hours after ten o'clock. */
    setHours: (hours: number) => setClock(after(hours)),
    end: (id: number, options: RevokerOptions = {}) => revokerOn(store, options).end(id),

    /** Stores a request that gave Nadia these roles. Incydr is not changed. */
    given: (hours: number, roles: readonly RoleRef[] = [ALERTS], patch: GrantPatch | null = null) =>
      giveRoles(store, { to: someFacts({ userId: nadia() }), roles, grantedAt: BEGIN, hours, patch }),

    /** Gives Nadia these roles in Incydr, beside her own two. */
    holds: (...roles: readonly RoleRef[]) =>
      bench.simulator.control.edit.setRoles(NADIA, [...OWN_ROLES, ...roles.map(({ name }) => name)]),

    /** Leaves a request's removals like a process that crashes between the intent and the read-back. */
    interrupt: (id: number) =>
      store.uow.run(async (tx) => {
        const intent = { at: now, deadlineAt: new Date(now.getTime() + 20_000) };
        for (const grant of await tx.grants.ofRequest(id))
          await tx.grants.update(grant, { state: "revoking", intent });
      }),

    async grantOf(id: number): Promise<Grant> {
      const [grant] = await grantsOf(id);
      if (!grant) throw new Error(`CR-${id} gave no role.`);
      return grant;
    },
    rolesHeld: () => [...bench.simulator.tenant.rolesOf(NADIA)].sort(),
    /** How many writes had an effect. */
    writes: () => bench.simulator.writeLog().filter(({ applied }) => applied).length,
  };
}
