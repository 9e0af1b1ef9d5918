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

const inBackground = { lane: "background" } as const;

/** How long the roles are remembered, in milliseconds. */
const lifetimeMs = 15 * 60_000;
/** If the roles are older, their next use starts a reading in the background. In milliseconds. */
const refreshAfterMs = 5 * 60_000;

/** A catalogue that calls `listRoles` at most once at a time for its callers, and again after `lifetimeMs`. */
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
  let isRefreshing = false;

  async function readNow(call: Call): Promise<List<Role>> {
    const readAtMs = clock.now().getTime();
    const roles = await listRoles(call);
    if (!held || held.readAtMs <= readAtMs) held = { roles, readAtMs };
    return roles;
  }

  async function readOnce(call: Call): Promise<List<Role>> {
    underWay ??= run(reading, readNow).finally(() => {
      underWay = undefined;
    });
    return await untilAborted(underWay, call.signal);
  }

  function refresh(): void {
    if (isRefreshing) return;
    isRefreshing = true;
    const end = () => {
      isRefreshing = false;
    };
    // After a failure the roles are used until their lifetime is over.
    run(inBackground, readNow).then(end, end);
  }

  return {
    /** Reads the roles for one call, and remembers them. */
    readNow,
    /** The roles; `remembered` if they were read before this call, so that `reread` may bring others. */
    read: async (call: Call) => {
      const ageMs = held ? clock.now().getTime() - held.readAtMs : Number.POSITIVE_INFINITY;
      if (!held || ageMs >= lifetimeMs) return { roles: await readOnce(call), remembered: false };
      const { roles } = held;
      if (ageMs >= refreshAfterMs) refresh();
      return { roles, remembered: true };
    },
    /** Reads the roles from Incydr. */
    reread: readOnce,
  };
}
