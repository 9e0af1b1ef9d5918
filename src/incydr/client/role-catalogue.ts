import type { Clock } from "../../kernel/clock.ts";
import type { Call, CallRunner } from "../http/call-runner.ts";
import type { List } from "../model/list.ts";
import { untilAborted } from "../model/until-aborted.ts";
import type { Role } from "./records.ts";

/** The remembered roles that this API client may assign. */
export type RoleCatalogue = ReturnType<typeof createRoleCatalogue>;

// As for the token request: calls of every priority wait for this list. Each caller keeps its own deadline, so this
// deadline is at least as long as the longest default.
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
}) {
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
    /** The roles; `remembered` if they were read before this call, so that `reread` may bring others. */
    read: async (call: Call) => {
      const fresh = held !== undefined && clock.now().getTime() - held.readAtMs < lifetimeMs;
      return held && fresh
        ? { roles: held.roles, remembered: true }
        : { roles: await readOnce(call), remembered: false };
    },
    /** Reads the roles from Incydr. */
    reread: readOnce,
  };
}
