import type { Clock } from "../kernel/clock.ts";
import { type Call, untilAborted } from "./call-runner.ts";
import type { Role } from "./types.ts";

/** The roles that this API client may assign, remembered for a while. */
export interface RoleCatalogue {
  /** The roles; `remembered` unless they were read for this call, so that a miss may be worth another look. */
  read(call: Call): Promise<{ readonly roles: readonly Role[]; readonly remembered: boolean }>;
  /** The roles as Incydr has them now. */
  reread(call: Call): Promise<readonly Role[]>;
}

/** A catalogue that asks `listRoles` at most once at a time, and again after `lifetimeMs`. */
export function createRoleCatalogue({
  listRoles,
  clock,
  lifetimeMs,
}: {
  readonly listRoles: (call: Call) => Promise<readonly Role[]>;
  readonly clock: Clock;
  readonly lifetimeMs: number;
}): RoleCatalogue {
  let held: { readonly roles: readonly Role[]; readonly readAtMs: number } | undefined;
  let reading: Promise<readonly Role[]> | undefined;

  async function readNow(call: Call): Promise<readonly Role[]> {
    const readAtMs = clock.now().getTime();
    const roles = await listRoles(call);
    held = { roles, readAtMs };
    return roles;
  }

  async function readOnce(call: Call): Promise<readonly Role[]> {
    if (reading) {
      // It belongs to another call, whose end is no answer to this one.
      const shared = await untilAborted(
        reading.catch(() => undefined),
        call.signal,
      );
      if (shared) return shared;
    }
    reading ??= readNow(call).finally(() => {
      reading = undefined;
    });
    return await reading;
  }

  return {
    read: async (call) => {
      const fresh = held !== undefined && clock.now().getTime() - held.readAtMs < lifetimeMs;
      return held && fresh
        ? { roles: held.roles, remembered: true }
        : { roles: await readOnce(call), remembered: false };
    },
    reread: readOnce,
  };
}
