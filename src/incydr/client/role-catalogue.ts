import type { Clock } from "../../kernel/clock.ts";
import type { Call, CallRunner } from "../http/call-runner.ts";
import type { List } from "../model/list.ts";
import { untilAborted } from "../model/until-aborted.ts";
import type { Role } from "./records.ts";

/** The roles that this API client may assign, remembered for a while. */
export interface RoleCatalogue {
  /** The roles; `remembered` unless they were read for this call, so that a miss may be worth another look. */
  read(call: Call): Promise<{ readonly roles: List<Role>; readonly remembered: boolean }>;
  /** The roles as Incydr has them now. */
  reread(call: Call): Promise<List<Role>>;
}

// As a request for a token: it belongs to no caller, and calls of every priority wait for it, each within its own
// deadline; so it has none that would fail a patient one.
const reading = { lane: "emergency", deadlineMs: 3_600_000 } as const;

/** How long the roles are remembered, in milliseconds. */
const lifetimeMs = 300_000;

/** A catalogue that calls `listRoles` at most once at a time, and again after `lifetimeMs`. */
export function createRoleCatalogue({
  run,
  listRoles,
  clock,
}: {
  readonly run: CallRunner;
  readonly listRoles: (call: Call) => Promise<List<Role>>;
  readonly clock: Clock;
}): RoleCatalogue {
  let held: { readonly roles: List<Role>; readonly readAtMs: number } | undefined;
  let underWay: Promise<List<Role>> | undefined;

  async function readNow(call: Call): Promise<List<Role>> {
    const readAtMs = clock.now().getTime();
    const roles = await listRoles(call);
    held = { roles, readAtMs };
    return roles;
  }

  async function readOnce(call: Call): Promise<List<Role>> {
    underWay ??= run(reading, readNow).finally(() => {
      underWay = undefined;
    });
    return await untilAborted(underWay, call.signal);
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
