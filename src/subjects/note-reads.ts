import type { IncydrReader } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { directoryUser } from "./fill-directory.ts";
import { roleRefs } from "./subject-state.ts";
import type { DirectoryStore } from "./tenant-directory.ts";

/** Records that are stored at the same time. Further ones are left to the next reading of the directory. */
const MOST_AT_ONCE = 10;

/** A reader whose readings of one user update the directory. Disposal waits until the last record is stored. */
export interface NotingReader extends AsyncDisposable {
  readonly reader: IncydrReader;
}

/**
 * Makes such a reader. A reading does not wait for the directory, and does not fail with it: the directory reads each
 * user again anyway.
 */
export function noteReads(options: {
  readonly incydr: IncydrReader;
  readonly store: Pick<DirectoryStore, "updateUser" | "updateRoles">;
  readonly clock: Pick<Clock, "now">;
}): NotingReader {
  const { incydr, store, clock } = options;
  const underWay = new Set<Promise<void>>();

  function note(save: () => Promise<void>): void {
    if (underWay.size >= MOST_AT_ONCE) return;
    const saved: Promise<void> = save()
      .catch(() => undefined)
      .finally(() => underWay.delete(saved));
    underWay.add(saved);
  }

  const users: IncydrReader["users"] = {
    ...incydr.users,

    async getUser(who, call) {
      const readAt = clock.now();
      const user = await incydr.users.getUser(who, call);
      const record = directoryUser({ user, readAt });
      if (record) note(() => store.updateUser(record));
      return user;
    },

    async listUserRoles(userId, call) {
      const readAt = clock.now();
      const roles = await incydr.users.listUserRoles(userId, call);
      note(() => store.updateRoles(userId, roleRefs(roles), readAt));
      return roles;
    },
  };
  return {
    reader: { ...incydr, users },
    [Symbol.asyncDispose]: async () => void (await Promise.all(underWay)),
  };
}
